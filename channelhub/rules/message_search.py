"""Messages found by their words: what is asked of the index, how what it finds is ranked, and what is shown of it.

The expressions are FTS5's (sqlite.org/fts5.html, 3): every term in them is letters and digits between quotes, so what
people type never acts.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, TypeVar

from channelhub.content import terms
from channelhub.domain.spans import Span

V = TypeVar("V")
_MOST_ASKED: Final = 12  # words of a question
_LEAST_BEGINNING: Final = 3  # letters of a word that may be a beginning; the index knows those of three and four
_LEAST_COMPLETED: Final = 5
_MOST_YEARS: Final = 100
#: A private letter (Unicode's Co): no word of a text has it, so no text can pretend to be a mark.
_MARK: Final = "\ue000"
_LAST_US: Final = 253_402_300_799_000_000  # of the year 9999
_PASSAGE: Final = 240  # characters
_BEFORE: Final = 60  # of them before the first word found
_TELLING: Final = 2  # first letters, which tell most words from those asked for
_MOST_FOUND: Final = 200  # places of a text that are compared
#: How much of a word that was asked for is in one that was found, and BM25's two constants within what Robertson and
#: Zaragoza ("The Probabilistic Relevance Framework", 2009, 3.5) recommend: of short messages the length says little.
_EXACT: Final = 1.0
_FORM: Final = 0.6
_BEGINNING: Final = 0.4
_SATURATION: Final = 1.2
_BY_LENGTH: Final = 0.5
_SUBJECT: Final = 2  # times what stands in the text
_TOGETHER: Final = 1.5  # where the words stand together in their order


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Which messages are looked at; all of them where nothing is said. Times are microseconds UTC."""

    channel: str = ""
    identity_ids: Sequence[int] | None = None
    since_us: int | None = None
    until_us: int | None = None  # not included

    @property
    def has_times(self) -> bool:
        return self.since_us is not None or self.until_us is not None

    def has(self, at_us: int) -> bool:
        return (self.since_us is None or at_us >= self.since_us) and (self.until_us is None or at_us < self.until_us)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The words of a message that are compared for its rank."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A line of a message around what was found, and where in it that stands: characters, in order."""

    text: str
    marks: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A word of a question: itself, then its stems."""

    terms: tuple[str, ...]

    def expression(self, completed: Sequence[str] | None) -> str:
        word = self.terms[0]
        if completed is not None:
            return _any(dict.fromkeys([*self.terms, *completed]))
        found = [_quoted(one) for one in self.terms]
        if len(word) >= _LEAST_BEGINNING:
            found[0] += " *"
        return f"({' OR '.join(found)})"

    def weight(self, found: Sequence[str]) -> float:
        """How much of it is in a word that is found by these terms; 0.0: nothing."""
        word = self.terms[0]
        if not found:
            return 0.0
        if found[0] == word:
            return _EXACT
        if not set(self.terms).isdisjoint(found):
            return _FORM
        is_begun = len(word) >= _LEAST_BEGINNING and any(one.startswith(word) for one in found)
        return _BEGINNING if is_begun else 0.0


class _Remembered(dict[str, V]):
    """What a function says of a text, asked once for each."""

    def __init__(self, say: Callable[[str], V]) -> None:
        self._say = say

    def __missing__(self, text: str) -> V:
        said = self[text] = self._say(text)
        return said


class Question:
    """What somebody asked, taken apart once. It remembers what it thought of a word: for one search, not longer."""

    def __init__(self, text: str) -> None:
        found = [terms.of(word) for _, _, word in terms.words(unicodedata.normalize("NFC", text))]
        self._asked = [_Asked(one) for one in list(dict.fromkeys(found))[:_MOST_ASKED] if one]
        self._starts = {one[:_TELLING] for asked in self._asked for one in asked.terms}
        self._begins = _Remembered(self._may_begin_so)
        self._weights = _Remembered(self._weigh_anew)

    @property
    def beginnings(self) -> list[str]:
        """Its words that are better completed before asking: the index puts all messages of all words that begin so
        in order, unless it is told the words or knows the beginning."""
        return [one.terms[0] for one in self._asked if len(one.terms[0]) >= _LEAST_COMPLETED]

    def expression(
        self, narrowing: Narrowing | None = None, completed: Mapping[str, Sequence[str]] = MappingProxyType({})
    ) -> str:
        """What finds messages that have every word in any form, or its beginning; empty where no word was asked.

        `completed` has all terms that begin with one of `beginnings`, of as many of them as one likes.
        """
        if not self._asked:
            return ""
        words = [one.expression(completed.get(one.terms[0])) for one in self._asked]
        return " AND ".join([*words, *_narrowed(narrowing or Narrowing())])

    def ranked(self, candidates: Sequence[Text]) -> list[int]:
        """The places of candidates, the most relevant first; of equals the first stays first.

        BM25 without the rarity of words: each candidate has all of them.
        """
        counted = [self._counted(one) for one in candidates]
        usual = max(1.0, sum(length for _, length, _ in counted) / max(1, len(counted)))
        scores = [_score(weights, length / usual, is_together) for weights, length, is_together in counted]
        return sorted(range(len(candidates)), key=lambda place: -scores[place])

    def passage(self, subject: str, text: str) -> Passage:
        """The line of a message that shows most of what was asked for; of the subject, where that alone has it."""
        whole = unicodedata.normalize("NFC", text)
        found = self._places(whole)
        if not found and self._places(subject):
            whole = unicodedata.normalize("NFC", subject)
            found = self._places(whole)
        line = _line(whole, _fullest(found))
        return Passage(text=line, marks=tuple((start, end) for start, end, _ in self._places(line)))

    def _places(self, text: str) -> list[tuple[int, int, int]]:
        """Where the text has words that were asked for, and which."""
        found = []
        for start, end, word in terms.words(text):
            if self._begins[word[:_TELLING]] and (one := self._weights[word])[1]:
                found.append((start, end, one[0]))
                if len(found) == _MOST_FOUND:
                    break
        return found

    def _counted(self, one: Text) -> tuple[dict[int, float], int, bool]:
        """How often each word is there by its weight, how many words there are, whether those asked stand together."""
        counts: dict[int, float] = {}
        begins, weights, length, longest = self._begins, self._weights, 0, 0
        for written, times in ((one.subject, _SUBJECT), (one.text, 1)):
            words = terms.WORD.findall(written)
            length += len(words)
            before, last, run = -1, -1, 0
            for place, word in enumerate(words):
                if not begins[word[:_TELLING]]:
                    continue
                asked, weight = weights[word]
                if weight:
                    counts[asked] = counts.get(asked, 0.0) + weight * times
                    run = run + 1 if (asked, place) == (before + 1, last + 1) else 1
                    longest = max(longest, run)
                    before, last = asked, place
        return counts, length, longest == len(self._asked) > 1

    def _may_begin_so(self, written: str) -> bool:
        """Whether a word that begins so can be one of the question's: forms of a word have its first letters."""
        begin = terms.fold(written)
        return any(one.startswith(begin) or begin.startswith(one) for one in self._starts)

    def _weigh_anew(self, word: str) -> tuple[int, float]:
        found = terms.of(word)
        return max(
            ((place, asked.weight(found)) for place, asked in enumerate(self._asked)),
            key=lambda one: (one[1], -one[0]),
            default=(0, 0.0),
        )


def indexed(subject: str, text: str, marks: str) -> str:
    """What a version of a message stands in the index under. The same for the same words, marks and edition."""
    return " ".join([*terms.terms(f"{subject}\n{text}"), *marks.split()])


def marks(*, channel: str, identity_id: int, at_us: int) -> str:
    """What a message is narrowed down by: its channel, who wrote it, the year and the month."""
    year, month = _month_of(at_us)
    return " ".join((_channel(channel), _identity(identity_id), _year(year), _month(year, month)))


def _narrowed(narrowing: Narrowing) -> Iterable[str]:
    if narrowing.channel:
        yield _quoted(_channel(narrowing.channel))
    if narrowing.identity_ids is not None:
        yield _any(_identity(one) for one in narrowing.identity_ids)
    if narrowing.since_us is not None or narrowing.until_us is not None:
        yield _any(_span(narrowing.since_us, narrowing.until_us))


def _span(since_us: int | None, until_us: int | None) -> list[str]:
    """The years and months that a span touches; months only where it begins and ends."""
    first = _month_of(since_us or 0)
    last = (first[0] + _MOST_YEARS, 12) if until_us is None else _month_of(until_us)
    found = []
    for year in range(first[0], min(last[0], first[0] + _MOST_YEARS) + 1):
        months = [one for one in range(1, 13) if first <= (year, one) <= last]
        found += [_year(year)] if len(months) == 12 else [_month(year, one) for one in months]
    return found


def _month_of(at_us: int) -> tuple[int, int]:
    at = datetime.fromtimestamp(min(max(at_us, 0), _LAST_US) // 1_000_000, UTC)
    return at.year, at.month


def _any(found: Iterable[str]) -> str:
    return "(" + (" OR ".join(_quoted(one) for one in found) or _quoted(_MARK)) + ")"


def _quoted(term: str) -> str:
    return f'"{term}"'


def _channel(name: str) -> str:
    return f"{_MARK}c" + "".join(one if one.isalnum() else _MARK for one in name)


def _identity(identity_id: int) -> str:
    return f"{_MARK}i{identity_id}".replace("-", _MARK)


def _year(year: int) -> str:
    return f"{_MARK}y{year}"


def _month(year: int, month: int) -> str:
    return f"{_MARK}m{year}{_MARK}{month}"


def _score(weights: dict[int, float], length: float, is_together: bool) -> float:
    fit = _SATURATION * (1 - _BY_LENGTH + _BY_LENGTH * length)
    score = sum(times * (_SATURATION + 1) / (times + fit) for times in weights.values())
    return score * _TOGETHER if is_together else score


def _fullest(found: Sequence[tuple[int, int, int]]) -> int | None:
    """Where the passage begins that has the most of the words that were asked for; None: nowhere."""
    best, most = None, 0
    for place, (start, _, _) in enumerate(found):
        asked = {word for begin, end, word in found[place : place + 20] if end <= start + _PASSAGE - _BEFORE}
        if len(asked) > most:
            best, most = start, len(asked)
    return found[0][0] if best is None and found else best


def _line(text: str, at: int | None) -> str:
    """A line of the text that shows this place, or its beginning; cut between words."""
    start = max(0, (at or 0) - _BEFORE)
    if start and (blank := text.find(" ", start, at)) >= 0:
        start = blank + 1
    end = start + _PASSAGE
    if end < len(text) and (blank := text.rfind(" ", start + _PASSAGE // 2, end)) >= 0:
        end = blank
    line = " ".join(text[start:end].split())
    return f"{'…' if start else ''}{line}{'…' if end < len(text) else ''}"
