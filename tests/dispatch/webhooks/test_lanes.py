"""However many endpoints hang, those that answer find a place."""

from hypothesis import given
from hypothesis import strategies as st

from channelhub.dispatch.webhooks.lanes import EACH, SLOW_S, Lanes
from channelhub.store.webhook_deliveries import Pulse
from tests.dispatch.webhooks.desk import WebhookDesk, notice
from tests.servers.endpoints import Mood
from tests.servers.receivers import until


def pulse(webhook_id: int, *, is_failing: bool = False, is_ordered: bool = False) -> Pulse:
    return Pulse(webhook_id=webhook_id, is_failing=is_failing, is_ordered=is_ordered, due_us=0)


def fill(lanes: Lanes, pulses: list[Pulse], *, now_s: float) -> dict[int, int]:
    """Begin as many posts as there is room for; how many by endpoint."""
    room = lanes.room(now_s=now_s)
    begun: dict[int, int] = {}
    for one in pulses:
        places = room.of(one)
        room.spend(one, places)
        for number in range(places):
            lanes.begin(one, one.webhook_id * 1000 + number + int(now_s) * 10, now_s=now_s)
        begun[one.webhook_id] = places
    return begun


def test_an_endpoint_gets_some_places_and_an_ordered_or_failing_one_gets_one() -> None:
    lanes = Lanes(most=100)

    assert fill(lanes, [pulse(1), pulse(2, is_ordered=True), pulse(3, is_failing=True)], now_s=0) == {
        1: EACH,
        2: 1,
        3: 1,
    }
    assert fill(lanes, [pulse(1), pulse(2, is_ordered=True), pulse(3, is_failing=True)], now_s=1) == {1: 0, 2: 0, 3: 0}


def test_what_keeps_a_post_waiting_gets_no_more_places() -> None:
    lanes = Lanes(most=100)
    lanes.begin(pulse(1), 1, now_s=0)

    assert fill(lanes, [pulse(1)], now_s=SLOW_S - 0.1) == {1: EACH - 1}
    lanes = Lanes(most=100)
    lanes.begin(pulse(1), 1, now_s=0)
    assert fill(lanes, [pulse(1)], now_s=SLOW_S) == {1: 0}


@given(
    hanging=st.integers(0, 300),
    well=st.integers(1, 50),
    most=st.integers(4, 64),
)
def test_half_of_all_places_are_for_those_that_answer(hanging: int, well: int, most: int) -> None:
    lanes = Lanes(most=most)
    failing = [pulse(number, is_failing=True) for number in range(hanging)]
    fill(lanes, failing, now_s=0)
    begun = fill(lanes, [*failing, *(pulse(1000 + number) for number in range(well))], now_s=10)
    for_well = sum(places for webhook_id, places in begun.items() if webhook_id >= 1000)

    assert for_well >= min(well, most - most // 2)
    assert len(lanes.ids) <= most


@given(st.lists(st.tuples(st.integers(1, 9), st.booleans(), st.booleans()), max_size=60), st.integers(2, 20))
def test_never_more_than_there_are_places(asked: list[tuple[int, bool, bool]], most: int) -> None:
    lanes = Lanes(most=most)
    for moment, (webhook_id, is_failing, is_ordered) in enumerate(asked):
        fill(lanes, [pulse(webhook_id, is_failing=is_failing, is_ordered=is_ordered)], now_s=moment)
        assert len(lanes.ids) <= most
        if moment % 3 == 0 and lanes.ids:
            done = min(lanes.ids)
            lanes.end(done // 1000, done)
            assert done not in lanes


async def test_endpoints_that_are_known_to_hang_leave_half_of_the_places(desk: WebhookDesk) -> None:
    """More endpoints hang than there are places; the one that answers gets its events while they do."""
    desk.most, desk.deadline_s = 8, 0.5
    hanging = [await desk.endpoint(f"hang{number}") for number in range(12)]
    for number in range(12):
        desk.server.usual[f"hang{number}"] = Mood(hangs=True)
    async with desk.running():
        await desk.happen(notice(0))
        for webhook_id in hanging:
            await desk.until_tried(webhook_id, 1)
    desk.deadline_s = 60.0
    well = await desk.endpoint("well")
    desk.pass_time(minutes=1)
    async with desk.running():
        await until(lambda: sum(desk.server.at_once.values()) == 4)
        for number in range(1, 4):
            await desk.happen(notice(number))
            await desk.until_states(well, *["delivered"] * number)
        assert sum(desk.server.at_once.values()) == 4


async def test_one_endpoint_never_has_more_than_its_places(desk: WebhookDesk) -> None:
    webhook_id = await desk.endpoint("busy")
    desk.server.usual["busy"] = Mood(hangs=True)
    async with desk.running():
        await desk.happen(*map(notice, range(20)))
        await until(lambda: desk.server.at_once["busy"] == EACH)
        other = await desk.endpoint("other")
        await desk.happen(notice(21))
        await desk.until_states(other, "delivered")

    assert desk.server.most_at_once["busy"] == EACH
    assert len(desk.server.asked_ids["busy"]) == len(set(desk.server.asked_ids["busy"])) == EACH
    assert {str(one.state) for one in await desk.deliveries(webhook_id)} == {"queued"}
