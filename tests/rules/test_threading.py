"""A thread is one sender's; only our own signed token opens one that is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import Content, NewMessage, Thread
from channelhub.domain.people import Sender
from channelhub.rules.threading import own_place, places, read_token, write_token

SECRET = b"of a test"


def found(thread: Thread, *, account: str = "mail", channel: str = "email", identity_id: int = 5) -> tuple[int, ...]:
    message = NewMessage(external_id="m", sender=Sender(), content=Content(), thread=thread)
    return tuple(
        place.conversation_id
        for place in places(message, account=account, channel=channel, identity_id=identity_id, secret=SECRET)
    )


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1))
def test_a_token_names_its_conversation(conversation: int, message: int) -> None:
    token = write_token(conversation, message, domain="shop.example", secret=SECRET)

    assert read_token(token, secret=SECRET) == conversation
    assert read_token(token, secret=b"another") is None


@pytest.mark.parametrize("place", [3, 5, 12])
def test_a_changed_token_is_no_token(place: int) -> None:
    token = write_token(0xABC, 0xDEF, domain="shop.example", secret=SECRET)
    changed = token[:place] + ("0" if token[place] != "0" else "1") + token[place + 1 :]

    assert read_token(changed, secret=SECRET) is None


@given(st.text(max_size=80))
def test_any_other_message_id_is_no_token(text: str) -> None:
    assert read_token(text, secret=SECRET) is None


def test_replies_of_one_sender_meet_under_the_root_in_any_order() -> None:
    first = found(Thread(message_id="a"))
    second = found(Thread(message_id="b", in_reply_to="a"))
    third = found(Thread(message_id="c", in_reply_to="b", references=("a", "b")))

    assert first == second == third


def test_a_stranger_in_the_same_thread_has_their_own() -> None:
    thread = Thread(message_id="b", references=("a",))

    assert found(thread, identity_id=5) != found(thread, identity_id=6)


def test_the_newest_token_of_ours_comes_first_and_the_own_place_last() -> None:
    old, new = (write_token(number, 1, domain="d", secret=SECRET) for number in (111, 222))
    both = found(Thread(message_id="b", references=("a", old, new)))

    assert both[0] == 222
    assert both[-1] == found(Thread(message_id="a"))[0]


def test_mail_threads_run_across_mailboxes_and_chats_do_not() -> None:
    assert own_place("one", "email", "k") == own_place("two", "email", "k")
    assert own_place("one", "telegram", "k") != own_place("two", "telegram", "k")
