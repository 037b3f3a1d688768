"""Which words customers use for the terms that outages are found by, learnt when the reports are written."""

from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from channelhub.content.surface import words_of
from channelhub.rules.outage.reasons import Reasons, in_words, terms_of
from channelhub.store import outage_words
from channelhub.store.database import Session
from channelhub.store.outage_words import Opening

MOST_TEXTS = 40  # of one decision: enough to know the commonest form of a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The commonest words for an outage's terms, and how the messages begin that were looked at."""

    words: Mapping[str, str]
    openings: Mapping[int, Opening]

    def of_message(self, message_id: int, reasons: Reasons) -> Reasons:
        """A message's reasons in its own words, in the commonest ones for what it says otherwise."""
        opening = self.openings.get(message_id)
        own = words_of(terms_of(reasons), [_said(opening)]) if opening else {}
        return in_words(reasons, {**self.words, **own})


async def learn(session: Session, outage_id: int, message_ids: Sequence[int], terms: Iterable[str]) -> Vocabulary:
    """The words for terms. New ones are looked for in the messages and remembered; what nobody wrote has none."""
    known = (await outage_words.of_outages(session, [outage_id])).get(outage_id, {})
    openings = await outage_words.openings(session, message_ids[-MOST_TEXTS:]) if message_ids else []
    unknown = set(terms) - set(known)
    learnt = words_of(unknown, map(_said, openings)) if unknown else {}
    await outage_words.add(session, outage_id, learnt)
    return Vocabulary(words={**known, **learnt}, openings={one.message_id: one for one in openings})


async def worded(session: Session, outage_id: int, reports: Sequence[tuple[int, Reasons]]) -> dict[int, Reasons]:
    """The reasons of reports (message id, reasons) in customers' words, as `learn` and `of_message` of each give.

    Words are learnt in the order of the reports: the first that has a term gives the word for it.
    """
    words = dict((await outage_words.of_outages(session, [outage_id])).get(outage_id, {}))
    openings = {one.message_id: one for one in await outage_words.openings(session, [left for left, _ in reports])}
    learnt: dict[str, str] = {}
    said: dict[int, Reasons] = {}
    for message_id, reasons in reports:
        opening = openings.get(message_id)
        own = words_of(terms_of(reasons), [_said(opening)]) if opening else {}
        new = {term: word for term, word in own.items() if term not in words}
        words |= new
        learnt |= new
        said.setdefault(message_id, in_words(reasons, ChainMap(own, words)))
    await outage_words.add(session, outage_id, learnt)
    return said


def _said(opening: Opening) -> tuple[str, str]:
    return f"{opening.subject} \n {opening.text}", opening.language
