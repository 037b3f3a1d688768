"""What we promised a customer, and until when: read from our own words in Russian, Ukrainian and English. Pure.

A promise is a sentence in which we say that we will do something (`передзвонимо завтра до 12:00`). Questions, negations
and what hangs on a condition are none. Said in the passive (`буде доставлено`), it is one only with a date. By when:
`rules/deadlines.py`. Whether it was kept nobody can read; that we wrote to them afterwards is taken for it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from channelhub.rules.deadlines import Deadline, deadline

MAX_CHARS: Final = 20_000  # of a text that are read
MAX_PROMISES: Final = 5  # of one message
MAX_WORDS: Final = 300  # characters that are kept of a promise

_SENTENCE = re.compile(r"(?:[^.!?…\n]|[.](?=\w)|(?<=\b[ap])[.](?=m\b))+[.!?…]*")
_ACTIVE = re.compile(
    r"""\b(?:
    # Russian: we, I
    (?:пере|по|со)?звоним|(?:пере|по|со)звоню|ответим|отвечу|напишем|напишу|сообщим|сообщу|уведомим|уведомлю
    |верн[её]м(?:ся)?|вернусь|верну|свяжемся|свяжусь|пришл[её]м|пришлю|вышлем|вышлю|отправим|отправлю|доставим
    |привез[её]м|решим|исправим|починим|устраним|уточним|уточню|проверим|проверю|возместим|зачислим
    |разбер[её]мся|разберусь|подготовим|обновим|заменим|оформим|выясним|выясню
    # Ukrainian: we, I
    |(?:пере|по)дзвонимо|(?:пере|по)дзвоню|зателефонуємо|зателефоную|відповімо|відповім|повідомимо|повідомлю|сповістимо
    |повернемо(?:ся|сь)?|повернуся|повернусь|поверну|зв['’ʼ]яжемо(?:ся|сь)|зв['’ʼ]яжу(?:ся|сь)|надішлемо|надішлю
    |вишлемо|відправимо|відправлю|привеземо|вирішимо|виправимо|полагодимо|усунемо|уточнимо|перевіримо
    |перевірю|відшкодуємо|зарахуємо|розберемо(?:ся|сь)|розберу(?:ся|сь)|підготуємо|оновимо|замінимо|оформимо
    |з['’ʼ]ясуємо|з['’ʼ]ясую|доставимо|напишемо
    # English
    |(?:we|i)(?:['’]ll|\s+will|\s+shall|(?:\s+are|['’]re|\s+am|['’]m)\s+going\s+to)\s+(?!not\b|never\b)
      (?:(?!not\b|never\b)\w+\s+){0,2}?
      (?:call|ring|phone|reply|answer|respond|write|e-?mail|text|get\s+back|come\s+back|let\s+you\s+know|inform|update
      |notify|contact|reach|send|ship|deliver|dispatch|fix|solve|resolve|repair|check|refund|return|replace|investigate
      |look\s+into|find\s+out|follow\s+up|sort)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_PASSIVE = re.compile(
    r"""\b(?:
    буд(?:ет|ут)\s+(?:доставлен|отправлен|выслан|возвращ[её]н|зачислен|реш[её]н|исправлен|устран[её]н|замен[её]н|готов)\w*
    |буд(?:е|уть)\s+(?:доставлен|відправлен|надіслан|повернут|повернен|зарахован|вирішен|виправлен|усунут|замінен|готов)\w*
    |will\s+be\s+(?:\w+\s+)?(?:delivered|sent|shipped|dispatched|refunded|returned|fixed|resolved|solved|replaced|ready)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NEGATED = re.compile(r"\b(?:не|ні|ни|нe)\s+(?:\w+\s+)?$", re.IGNORECASE)
_CONDITION = re.compile(r"\b(?:если|якщо|якби|если\s+бы|if|unless|чи)\b", re.IGNORECASE)


class Standing(StrEnum):
    """How it is with a promise."""

    OPEN = "open"
    OVERDUE = "overdue"
    KEPT = "kept"  # we wrote to them afterwards


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """The sentence it was made in, and by when; no deadline where none was named."""

    words: str
    deadline: Deadline | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A promise that stands in a message. Times in microseconds UTC."""

    message_id: int
    identity_id: int
    at_us: int
    words: str
    due_us: int | None
    is_day: bool  # due by the end of a day; then `due_us` is the midnight after it

    def standing(self, *, spoke_us: int | None, now_us: int) -> Standing:
        """`spoke_us`: when we last wrote to the customer, by whichever channel."""
        if spoke_us is not None and spoke_us > self.at_us:
            return Standing.KEPT
        return Standing.OVERDUE if self.due_us is not None and self.due_us <= now_us else Standing.OPEN


def promises(text: str, *, at: datetime) -> list[Promise]:
    """The promises of a text that we wrote at a local time; their deadlines are in its zone."""
    found: list[Promise] = []
    for match in _SENTENCE.finditer(text[:MAX_CHARS]):
        sentence = match.group().strip()
        made = _promise(sentence, at) if len(sentence) <= MAX_WORDS * 4 else None
        if made is not None:
            found.append(made)
            if len(found) == MAX_PROMISES:
                break
    return found


def by_urgency(made: Iterable[Made], *, spoke_us: int | None, now_us: int) -> Sequence[tuple[Made, Standing]]:
    """What isn't kept first: what is due the soonest, then what has no date; then the kept ones, the newest first."""
    judged = [(one, one.standing(spoke_us=spoke_us, now_us=now_us)) for one in made]
    return sorted(judged, key=lambda pair: _rank(*pair))


def _rank(one: Made, standing: Standing) -> tuple[int, int, int, int]:
    if standing is Standing.KEPT:
        return 2, -one.at_us, -one.message_id, 0
    return int(one.due_us is None), one.due_us or 0, -one.at_us, one.message_id


def _promise(sentence: str, at: datetime) -> Promise | None:
    if sentence.endswith("?"):
        return None
    active = _ACTIVE.search(sentence)
    said = active or _PASSIVE.search(sentence)
    if said is None or _NEGATED.search(sentence[: said.start()]) or _CONDITION.search(sentence[: said.start()]):
        return None
    due = deadline(sentence, at=at)
    if active is None and due is None:
        return None
    words = sentence if len(sentence) <= MAX_WORDS else sentence[: MAX_WORDS - 1] + "…"
    return Promise(words=words, deadline=due)
