"""How quickly messages go: within Telegram's counts, whatever is asked for."""

from hypothesis import given
from hypothesis import strategies as st

from connectors.telegram import chats as module
from connectors.telegram.chats import Chats


def sent_by(chats: Chats, chat_ids: list[int], *, until_s: float) -> list[tuple[float, int]]:
    """When each message goes, where the next is asked for as soon as the one before it went."""
    now_s, sent = 0.0, []
    for chat_id in chat_ids:
        while (wait_s := chats.wait_s(chat_id, now_s)) > 0:
            now_s += wait_s
        if now_s > until_s:
            break
        sent.append((now_s, chat_id))
    return sent


def test_short_burst_goes_at_once_and_then_one_a_second() -> None:
    times = [at_s for at_s, _ in sent_by(Chats(), [5] * 6, until_s=60)]

    assert [round(at_s, 3) for at_s in times] == [0, 0, 0, 1, 2, 3]


def test_group_takes_no_more_than_its_burst_and_twenty_in_each_minute() -> None:
    sent = sent_by(Chats(), [-5] * 100, until_s=120)

    assert len(sent) <= 20 + 2 * 20 + 1


def test_many_chats_share_thirty_a_second() -> None:
    sent = sent_by(Chats(), list(range(1, 301)), until_s=2)

    assert 85 <= len(sent) <= 91


def test_chat_that_is_held_waits_and_no_other() -> None:
    chats = Chats()
    chats.hold(5, 100.0)

    assert chats.wait_s(5, 90.0) == 10.0
    assert chats.wait_s(6, 90.0) == 0.0
    assert chats.wait_s(5, 100.5) == 0.0


def test_earlier_end_of_a_wait_does_not_shorten_a_later_one() -> None:
    chats = Chats()
    chats.hold(5, 100.0)
    chats.hold(5, 50.0)

    assert chats.wait_s(5, 60.0) == 40.0


def test_what_is_remembered_is_bounded() -> None:
    chats = Chats()
    for chat_id in range(1, module.MAX_CHATS + 100):
        chats.wait_s(chat_id, float(chat_id))
        chats.hold(chat_id, 0.0)
        chats.move(-chat_id, chat_id)

    assert {len(chats._allowances), len(chats._held_until_s), len(chats._moved)} == {module.MAX_CHATS}


@given(st.lists(st.tuples(st.integers(-2, 3).filter(bool), st.floats(0, 2)), max_size=60))
def test_no_window_of_a_second_holds_more_than_allowed(asked: list[tuple[int, float]]) -> None:
    chats, now_s = Chats(), 0.0
    sent: list[tuple[float, int]] = []
    for chat_id, pause_s in asked:
        now_s += pause_s
        if chats.wait_s(chat_id, now_s) == 0:
            sent.append((now_s, chat_id))

    for start_s, _ in sent:
        window = [chat_id for at_s, chat_id in sent if start_s <= at_s < start_s + 1]
        assert len(window) <= 60
        assert all(window.count(chat_id) <= 4 for chat_id in set(window))
