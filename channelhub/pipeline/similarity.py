"""Similar messages, for the agent beside a contact: the newest messages in an index, kept up with the features."""

import asyncio
from collections.abc import Sequence

import msgspec

from channelhub.content.features import Features, renewed
from channelhub.pipeline.bell import Bell
from channelhub.rules.outage.report import Report
from channelhub.rules.outage.similar import Similar, SimilarIndex
from channelhub.store import outages, worded_features
from channelhub.store.opening import Store
from channelhub.store.worded_features import WordedFeatures

NEWEST = 20_000
ROWS = 200

_report = msgspec.json.Decoder(Report)


class Similarity:
    """Follows the features of new messages until cancelled; answers from memory. Rebuilt from the tables at start."""

    def __init__(self, store: Store, *, processed: Bell) -> None:
        self._store = store
        self._processed = processed
        self._index = SimilarIndex(NEWEST)

    async def run(self) -> None:
        async with self._store.readers.read() as session:
            seq = max(0, await outages.newest_seq(session) - NEWEST)
        while True:
            heard = self._processed.rings
            async with self._store.readers.read() as session:
                rows = await worded_features.after(session, seq, limit=ROWS)
            if rows:
                await asyncio.to_thread(self._add, rows)
                seq = rows[-1].seq
            if len(rows) < ROWS:
                await self._processed.wait(heard)

    async def nearest(self, message_id: int, *, limit: int) -> Sequence[Similar]:
        """The messages most like one, best first, with the words they share; empty for a message without words."""
        async with self._store.readers.read() as session:
            row = await worded_features.of_message(session, message_id)
        features = _features(row) if row is not None else None
        if row is None or features is None:
            return ()
        found = await asyncio.to_thread(self._index.nearest, features, row.text, limit + 1)
        return [one for one in found if one.id != message_id][:limit]

    def _add(self, rows: Sequence[WordedFeatures]) -> None:
        for row in rows:
            features = _features(row)
            if features is not None:
                self._index.add(row.message_id, features, row.text)


def _features(row: WordedFeatures) -> Features | None:
    """None for a row that can't be read: one damaged row must not hide all others."""
    try:
        return renewed(_report.decode(row.report).features)
    except msgspec.MsgspecError:
        return None
