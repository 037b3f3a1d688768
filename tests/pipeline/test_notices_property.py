"""Whatever happens in whatever order, with the stage started anew at any moment: nobody is told twice, and nobody who
should be told is forgotten."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelhub.domain.notices import OptOutMeans
from channelhub.domain.outbound import OutboxState
from channelhub.domain.times import to_us
from channelhub.pipeline.commands import optouts, people
from channelhub.pipeline.commands.acting import NotFound
from channelhub.pipeline.withdrawing import is_withdrawn
from channelhub.store import outbox
from channelhub.store.database import Session
from tests.examples import examples
from tests.pipeline.announcing import AGENT, TELLING, Desk
from tests.pipeline.workshop import identity_of, mail, workshop

NAMES = ("ann", "ben", "cid", "dan")
IDS = {name: identity_of(f"email:{name}@example.com") for name in NAMES}
ONE = st.sampled_from(NAMES)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("report"), ONE, ONE),
        st.tuples(st.just("link"), ONE, ONE),
        st.tuples(st.just("decline"), ONE, ONE),
        st.tuples(st.just("tell"), ONE, ONE),
        st.tuples(st.just("restart"), ONE, ONE),
        st.tuples(st.just("hand"), ONE, ONE),
    ),
    max_size=14,
)


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
async def test_each_customer_is_told_once(steps: list[tuple[str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with workshop(Path(folder)) as shop:
            shop.book = TELLING
            desk = Desk(shop)
            await desk.open()
            await desk.approved()
            stage = desk.stage()
            reported: set[str] = set()
            for what, name, other in steps:
                if what == "report":
                    number = next(shop.numbers)
                    message_id = await shop.take("mail", mail(f"<{number}@x>", f"email:{name}@example.com"))
                    await desk.report(message_id)
                    reported.add(name)
                elif what == "link" and {name, other} <= reported and name != other:
                    await people.link(shop.acting, AGENT, IDS[name], IDS[other])
                elif what == "decline":
                    await _decline(desk, name)
                elif what == "tell":
                    await desk.tell(stage)
                elif what == "restart":
                    stage = desk.stage()
                else:
                    await hand_over(desk)
            await desk.tell(stage)
            await hand_over(desk)
            cards = {name: await shop.card_of(f"email:{name}@example.com") for name in reported}
            handed = {one.identity_id for one in await desk.in_state(OutboxState.SENT)}

    for name, card in cards.items():
        assert card.opted_out or handed & {one.id for one in card.identities}, f"{name} was forgotten"


async def _decline(desk: Desk, name: str) -> None:
    try:
        await optouts.opt_out(desk.shop.acting, AGENT, IDS[name], means=OptOutMeans.LINK)
    except NotFound:
        return


async def hand_over(desk: Desk) -> None:
    """What the dispatcher does with everything that waits, one commit each. Nobody it goes to was told before."""
    now_us = to_us(desk.shop.clock)
    for item in await desk.in_state(OutboxState.QUEUED):
        told = {one.identity_id for one in await desk.in_state(OutboxState.SENT)}
        card = await desk.shop.card_of(f"email:{item.payload.to}")

        async def claim(session: Session, item: outbox.OutboxItem = item) -> None:
            if not await is_withdrawn(session, item, at_us=now_us):
                await outbox.settle(session, item, state=OutboxState.SENT, at_us=now_us)

        await desk.shop.store.writer.command(claim)
        now_told = {one.identity_id for one in await desk.in_state(OutboxState.SENT)}
        if item.identity_id in now_told:
            assert not told & {one.id for one in card.identities}
            assert not card.opted_out
