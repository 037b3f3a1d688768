"""Posts customers to the running daemon, many at once, no faster than it reads them."""

from dataclasses import dataclass
from typing import Any, Final, cast

import msgspec

from channelhub.cli.exits import Exit, Failure
from channelhub.cli.importing.takers import PatientHub, Refused
from channelhub.client import shapes
from channelhub.domain.customer_in import CustomerIn

AT_ONCE: Final = 500  # so many stand before a message that comes meanwhile, at most
MAX_BATCH_BYTES: Final = 3 * 1024 * 1024  # of UTF-8; the client writes \u0456 for a letter of two bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one customer: `taken`, `doubled` (the same was there already) or `refused`."""

    status: str
    reason: str = ""


class CustomerPosts(PatientHub):
    """Posts batches. Ends the command (Failure) where none would be taken, or nothing was for too long."""

    _last_id = ""

    async def post(self, customers: list[CustomerIn]) -> list[Outcome]:
        """What became of each. Waits first until the batch before was read."""
        await self._settled()
        batch: shapes.CustomerBatch = {"items": [without_defaults(one) for one in customers]}
        try:
            answer = await self._answer(lambda: self._hub.customers.post_batch(batch))
        except Refused as exc:
            raise Failure(str(exc), Exit.FAILED) from exc
        for item in answer["items"]:
            self._last_id = item["id"] or self._last_id
        return [_outcome(item) for item in answer["items"]]

    async def _settled(self) -> None:
        """Wait until what was posted last has been read, so that messages of now don't wait behind a whole file."""

        async def is_read() -> bool:
            found = await self._answer(lambda: self._hub.messages.get(self._last_id))
            return found["state"] != "received"

        if self._last_id:
            await self._until(is_read, why_not="the daemon doesn't read what it was posted")


def without_defaults(customer: CustomerIn) -> shapes.CustomerIn:
    """A customer as it is posted: the same one is always the same bytes."""
    said: dict[str, Any] = {
        name: value
        for name, value in msgspec.to_builtins(customer).items()
        if value or name in ("account", "updated_at")
    }
    for identity in said.get("identities", ()):
        if identity["verified"] is None:
            del identity["verified"]
    return cast("shapes.CustomerIn", said)


def _outcome(item: Any) -> Outcome:
    if item["status"] != 202:
        return Outcome(status="refused", reason=str((item.get("error") or {}).get("detail", "")))
    return Outcome(status="doubled" if item["duplicate"] else "taken")
