"""An answer in several messages: in their order, and nothing of it twice."""

from collections.abc import Awaitable, Callable

import pytest

from channelhub.domain.outbound import SendReceipt
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from channelhub.sdk.parts import PartlySent, receipt, send_parts


class Channel:
    """Takes messages until one fails."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def part(self, text: str, failure: Exception | None = None) -> Callable[[], Awaitable[str]]:
        async def send() -> str:
            if failure is not None:
                raise failure
            self.taken.append(text)
            return text.upper()

        return send


async def test_parts_go_one_after_the_other_and_each_answer_is_told() -> None:
    channel = Channel()

    assert await send_parts([channel.part("a"), channel.part("b"), channel.part("c")]) == ["A", "B", "C"]
    assert channel.taken == ["a", "b", "c"]


@pytest.mark.parametrize("failure", [Unavailable("later"), AuthFailed("who?"), Rejected("no")])
async def test_failure_of_the_first_is_told_as_it_is(failure: Exception) -> None:
    channel = Channel()
    with pytest.raises(type(failure)) as raised:
        await send_parts([channel.part("a", failure), channel.part("b")])

    assert raised.value is failure
    assert channel.taken == []


@pytest.mark.parametrize("failure", [Unavailable("later"), AuthFailed("who?"), Rejected("no")])
async def test_failure_after_the_first_is_never_one_that_is_repeated(failure: Exception) -> None:
    channel = Channel()
    with pytest.raises(PartlySent, match="1 of 3 parts were sent") as raised:
        await send_parts([channel.part("a"), channel.part("b", failure), channel.part("c")])

    assert channel.taken == ["a"]
    assert (raised.value.names, raised.value.total) == (("A",), 3)


@pytest.mark.parametrize(
    ("names", "by_last", "name"),
    [
        (["a", "b"], False, "a"),
        (["a", "b"], True, "b"),
        (["", "b", ""], False, "b"),
        (["a", ""], True, "a"),
        ([], True, ""),
    ],
)
def test_receipt_names_all_parts(names: list[str], by_last: bool, name: str) -> None:
    assert receipt(names, by_last=by_last) == SendReceipt(external_id=name, parts=tuple(names))


async def test_what_may_have_been_taken_stays_what_it_is() -> None:
    channel = Channel()
    with pytest.raises(TimeoutError):
        await send_parts([channel.part("a"), channel.part("b", TimeoutError())])
