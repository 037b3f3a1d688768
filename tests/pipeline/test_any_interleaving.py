"""People join and take apart while messages come: any interleaving, in any batches, gives the same customers.

People act in one order, each as soon as what they act on is there; deliveries come in any order, cut into any batches,
some twice. A person's word on two addresses counts for what came before it and for what comes after.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelhub.domain.inbound import Inbound
from channelhub.domain.people import Evidence, Sender
from channelhub.pipeline.commands import people
from channelhub.rules.identity import digest_id
from tests.examples import examples
from tests.pipeline.test_any_order import PHASES
from tests.pipeline.workshop import Workshop, handle, identity_of, workshop
from tests.pipeline.workshop import words as said

AGENT = "agent:olha"
ANN, BOB, CLO, DAN, EVE, FAY = (f"email:{name}@example.com" for name in ("ann", "bob", "clo", "dan", "eve", "fay"))
PHONE, MOBILE, OFFICE = "phone:+380501112233", "phone:+380671112233", "phone:+380440000000"


def _named(number: int, first: str, second: str, evidence: Evidence) -> Inbound:
    return said(f"n{number}", Sender(handles=(handle(first, evidence), handle(second, evidence))), minutes=number + 1)


#: Who is named with whom: what people decide on, once claimed and once proved; a triangle; an office's phone.
DELIVERIES: Sequence[Inbound] = tuple(
    _named(number, *named)
    for number, named in enumerate(
        [
            (ANN, PHONE, Evidence.CLAIMED),
            (ANN, PHONE, Evidence.TRUSTED_ACCOUNT),
            (BOB, MOBILE, Evidence.CLAIMED),
            (BOB, MOBILE, Evidence.DMARC),
            (ANN, BOB, Evidence.TRUSTED_ACCOUNT),
            (BOB, CLO, Evidence.TRUSTED_ACCOUNT),
            (ANN, CLO, Evidence.TRUSTED_ACCOUNT),
            (CLO, MOBILE, Evidence.CLAIMED),
            (DAN, MOBILE, Evidence.CLAIMED),
            *((f"email:p{n}@example.com", OFFICE, Evidence.CLAIMED) for n in range(6)),
        ]
    )
) + tuple(said(f"n{number}", one, "order number 778811", minutes=number) for number, one in ((30, EVE), (31, FAY)))


def _pair(first: str, second: str) -> tuple[int, int]:
    left, right = sorted((identity_of(first), identity_of(second)))
    return left, right


def _suggestion(first: str, second: str) -> int:
    return digest_id("suggestion", *_pair(first, second))


def _link(first: str, second: str) -> int:
    return digest_id("link", *_pair(first, second), Evidence.AGENT)


async def _accept(shop: Workshop, *pair: str) -> None:
    await people.accept(shop.acting, AGENT, _suggestion(*pair), customer_id=identity_of(pair[0]))


async def _reject(shop: Workshop, *pair: str) -> None:
    await people.reject(shop.acting, AGENT, _suggestion(*pair), customer_id=identity_of(pair[0]))


async def _join(shop: Workshop, *pair: str) -> None:
    await people.link(shop.acting, AGENT, *map(identity_of, pair))


async def _part(shop: Workshop, *pair: str) -> None:
    await people.unlink(shop.acting, AGENT, _link(*pair))


Act = Callable[..., Awaitable[None]]
#: What people do, in this order, and on whom: acceptances taken back, links made and taken apart for good, a rejection.
ACTS: Sequence[tuple[Act, str, str]] = (
    (_accept, ANN, PHONE),
    (_join, ANN, BOB),
    (_part, ANN, PHONE),
    (_accept, BOB, MOBILE),
    (_part, ANN, BOB),
    (_join, DAN, PHONE),
    (_reject, CLO, MOBILE),
    (_part, BOB, MOBILE),
    (_accept, DAN, MOBILE),
    (_part, DAN, PHONE),
    (_accept, EVE, FAY),
    (_part, EVE, FAY),
    (_reject, EVE, FAY),
)


async def _can(shop: Workshop, act: Act, first: str, second: str) -> bool:
    if act in (_accept, _reject) and {first, second} != {EVE, FAY}:
        return bool(
            await shop.rows(f"SELECT id FROM suggestions WHERE score > 0 AND id = {_suggestion(first, second)}")
        )
    ends = ", ".join(str(identity_of(one)) for one in (first, second))
    return len(await shop.rows(f"SELECT id FROM identities WHERE id IN ({ends})")) == 2


async def _play(folder: Path, order: Sequence[int], cuts: Sequence[int], waits: Sequence[int]) -> object:
    """`waits`: how many batches each act waits for at least."""
    async with workshop(folder) as shop:
        done, batches, batch = 0, 0, []
        for place, index in enumerate(order):
            batch.append(await shop.delivered("shop", DELIVERIES[index]))
            if place in cuts or place == len(order) - 1:
                await shop.process(*batch)
                batches, batch = batches + 1, []
                while done < len(ACTS) and batches >= waits[done] and await _can(shop, *ACTS[done]):
                    act, *pair = ACTS[done]
                    await act(shop, *pair)
                    done += 1
        for act, *pair in ACTS[done:]:
            await act(shop, *pair)
        return (
            {row["id"]: row["customer_id"] for row in await shop.rows("SELECT id, customer_id FROM identities")},
            {row["id"]: row["state"] for row in await shop.rows("SELECT id, state FROM suggestions")},
        )


def _run(order: Sequence[int], cuts: Sequence[int], waits: Sequence[int]) -> object:
    with TemporaryDirectory() as folder:
        return asyncio.run(_play(Path(folder), order, cuts, waits))


AFTERWARDS = _run(range(len(DELIVERIES)), [], [0] * len(ACTS))


@given(
    order=st.permutations(range(len(DELIVERIES))),
    again=st.lists(st.integers(0, len(DELIVERIES) - 1), max_size=4),
    cuts=st.sets(st.integers(0, len(DELIVERIES) + 3)),
    waits=st.lists(st.integers(0, 12), min_size=len(ACTS), max_size=len(ACTS)),
)
@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=PHASES)
def test_any_interleaving(order: list[int], again: list[int], cuts: set[int], waits: list[int]) -> None:
    made = _run([*order, *again], sorted(cuts), waits)

    assert made == AFTERWARDS


def test_the_reference_itself_is_as_people_decided() -> None:
    customers, states = AFTERWARDS  # type: ignore[misc]
    of = {one: customers[identity_of(one)] for one in (ANN, BOB, CLO, DAN, PHONE, MOBILE)}

    assert of[ANN] == of[BOB] == of[CLO], "joined through Clo, though the link between the two was taken apart"
    assert of[ANN] == of[PHONE], "the acceptance was taken back, and the proof stays"
    assert of[BOB] == of[MOBILE] == of[DAN]
    assert states[_suggestion(ANN, PHONE)] == states[_suggestion(BOB, MOBILE)] == "open"
    assert states[_suggestion(CLO, MOBILE)] == states[_suggestion(EVE, FAY)] == "rejected"
    assert {states[_suggestion(f"email:p{n}@example.com", OFFICE)] for n in range(6)} == {"shared"}
