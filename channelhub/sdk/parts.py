"""An answer that its channel takes in several messages: what a failure in the middle of them means."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable

T = TypeVar("T")


class PartlySent(Exception):
    """The first of several messages are with the customer; sending all again would repeat them."""


async def send_parts(parts: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    """Send one after the other; what each was answered, in their order.

    A failure of the first is raised as it is: nothing is with the customer. After that, what surely wasn't taken is
    PartlySent, which nobody repeats by itself.
    """
    sent: list[T] = []
    for part in parts:
        try:
            sent.append(await part())
        except (Unavailable, AuthFailed, Rejected) as exc:
            if not sent:
                raise
            raise PartlySent(f"{len(sent)} of {len(parts)} parts were sent, then: {exc}") from exc
    return sent
