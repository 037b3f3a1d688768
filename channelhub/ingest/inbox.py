"""`deliver`: from a channel's bytes to a committed row."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from channelhub.domain.raw import RawMessage
from channelhub.ingest.floor import DiskFloor
from channelhub.ingest.spooling import Spools
from channelhub.sdk.contract import Cursor, Deliver, Receipt
from channelhub.sdk.errors import DiskFull, NotCommitted
from channelhub.store.blobs import INLINE_BYTES, Blobs
from channelhub.store.inbox import Delivery
from channelhub.store.opening import Store
from channelhub.telemetry.metrics import Metrics
from channelhub.telemetry.vitals import VitalsBook


class Inbox:
    """Makes the `deliver` that each connector is given."""

    def __init__(
        self,
        store: Store,
        floor: DiskFloor,
        *,
        now: Callable[[], datetime],
        metrics: Metrics,
        on_commit: Callable[[], None],
        vitals: VitalsBook | None = None,
    ) -> None:
        self._store = store
        self._floor = floor
        self._now = now
        self._metrics = metrics
        self._on_commit = on_commit
        self._vitals = vitals
        self.last_received: dict[str, datetime] = {}
        self.spools = Spools(store.blobs, floor)

    def deliver_for(self, account: str) -> Deliver:
        """The `deliver` of one account; its cursors are that account's."""

        async def deliver(raws: Sequence[RawMessage], cursor: Cursor | None = None) -> Sequence[Receipt]:
            began_s = asyncio.get_running_loop().time()
            try:
                receipts = await self._commit(account, raws, cursor)
            except NotCommitted:
                self._metrics.intake.refused(account, len(raws))
                raise
            for name, own in _shares(account, raws, receipts):
                self._count(name, own, began_s)
            if self._vitals is not None:
                self._vitals.delivered(account, self._now(), lag_s=_lag_s(raws, self._now()))
            return receipts

        return deliver

    def offer(self, raw: RawMessage, then: Callable[[Receipt | NotCommitted | None], None]) -> bool:
        """As `deliver` of one small message, for a caller that would rather come again than wait: False where it would
        have to. `then` is called after the commit, or with what kept us from it; None is a defect."""
        if raw.size > INLINE_BYTES or not self._floor.is_free():
            return False
        began_s = asyncio.get_running_loop().time()
        delivery = Delivery(raws=(raw,), blobs=("",), cursor=None, cursor_account=raw.account, received_at=self._now())

        def tell(outcome: Sequence[Receipt] | BaseException) -> None:
            if isinstance(outcome, BaseException):
                refusal = outcome if isinstance(outcome, NotCommitted) else None
                if refusal is not None:
                    self._metrics.intake.refused(raw.account)
                then(refusal)
                return
            self._count(raw.account, outcome, began_s)
            then(outcome[0])

        return self._store.writer.offer(delivery, tell)

    def _count(self, account: str, receipts: Sequence[Receipt], began_s: float) -> None:
        received_at = self._now()
        duplicates = sum(receipt.is_duplicate for receipt in receipts)
        self._metrics.intake.stored(
            account,
            new=len(receipts) - duplicates,
            duplicates=duplicates,
            ack_s=asyncio.get_running_loop().time() - began_s,
            at_s=received_at.timestamp(),
        )
        if receipts:
            self.last_received[account] = received_at
            self._on_commit()

    async def _commit(self, account: str, raws: Sequence[RawMessage], cursor: Cursor | None) -> Sequence[Receipt]:
        self._floor.check()
        delivery = Delivery(
            raws=raws,
            blobs=await _store_large(self._store.blobs, raws),
            cursor=cursor,
            cursor_account=account,
            received_at=self._now(),
        )
        return await self._store.writer.deliver(delivery)


def _lag_s(raws: Sequence[RawMessage], now: datetime) -> float | None:
    """From when the channel had the newest of some messages until now; None where it tells no time, and for history."""
    times = [raw.channel_time for raw in raws if raw.channel_time is not None and not raw.is_backfill]
    return (now - max(times)).total_seconds() if times else None


def _shares(
    account: str, raws: Sequence[RawMessage], receipts: Sequence[Receipt]
) -> Iterable[tuple[str, Sequence[Receipt]]]:
    """Each account's receipts: a listener may deliver for the accounts behind it, too."""
    if all(raw.account == account for raw in raws):
        return [(account, receipts)]
    shares: dict[str, list[Receipt]] = {}
    for raw, receipt in zip(raws, receipts, strict=True):
        shares.setdefault(raw.account, []).append(receipt)
    return shares.items()


async def _store_large(blobs: Blobs, raws: Sequence[RawMessage]) -> list[str]:
    """Large bodies go to files, on disk before the row that names them."""
    names = ["" if raw.kept is None else raw.kept.sha256 for raw in raws]
    for place, raw in enumerate(raws):
        if len(raw.body) > INLINE_BYTES:
            try:
                names[place] = await asyncio.to_thread(blobs.put, raw.body)
            except OSError as exc:
                raise DiskFull(f"the blob folder can't be written: {exc.strerror}") from exc
    return names
