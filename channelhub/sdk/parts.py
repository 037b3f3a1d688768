"""An answer that its channel takes in several messages: what a failure in the middle of them means."""

from collections.abc import Awaitable, Callable, Sequence

from channelhub.domain.outbound import SendReceipt
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable


class PartlySent(Exception):
    """The first of several messages are with the customer; sending all again would repeat them. `names` are how the
    channel calls them, `total` is how many there should have been."""

    def __init__(self, words: str, *, names: Sequence[str] = (), total: int = 0) -> None:
        super().__init__(words)
        self.names = tuple(names)
        self.total = total


def receipt(names: Sequence[str], *, by_last: bool = False) -> SendReceipt:
    """Of an answer in several messages, named as the first of them that has a name, or as the last."""
    named = [name for name in names if name] or [""]
    return SendReceipt(external_id=named[-1 if by_last else 0], parts=tuple(names))


async def send_parts(parts: Sequence[Callable[[], Awaitable[str]]]) -> list[str]:
    """Send one after the other; how the channel calls each, in their order (empty where it does not tell).

    A failure of the first is raised as it is: nothing is with the customer. After that, what surely wasn't taken is
    PartlySent, which nobody repeats by itself.
    """
    sent: list[str] = []
    for part in parts:
        try:
            sent.append(await part())
        except (Unavailable, AuthFailed, Rejected) as exc:
            if not sent:
                raise
            words = f"{len(sent)} of {len(parts)} parts were sent, then: {exc}"
            raise PartlySent(words, names=sent, total=len(parts)) from exc
    return sent
