"""Which words customers use for the terms that outages are found by, learnt when the reports are written."""

from collections.abc import Iterable, Mapping, Sequence

from channelhub.content.surface import words_of
from channelhub.store import outage_words
from channelhub.store.database import Session

MOST_TEXTS = 40  # of one decision: enough to know the commonest form of a word


async def learn(
    session: Session, outage_id: int, message_ids: Sequence[int], terms: Iterable[str]
) -> Mapping[str, str]:
    """The word for each term, found in the messages where it is new. A term that nobody wrote has none."""
    known = (await outage_words.of_outages(session, [outage_id])).get(outage_id, {})
    unknown = set(terms) - set(known)
    if not unknown:
        return known
    openings = await outage_words.openings(session, message_ids[-MOST_TEXTS:])
    learnt = words_of(unknown, [(f"{one.subject} \n {one.text}", one.language) for one in openings])
    await outage_words.add(session, outage_id, learnt)
    return {**known, **learnt}
