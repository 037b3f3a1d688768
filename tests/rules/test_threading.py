"""Where a message belongs: its token, its ids, or a place of its own that its sender alone has."""

from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import Content, NewMessage, Thread
from channelhub.domain.people import Sender
from channelhub.rules import threading, tokens
from channelhub.rules.threading import MOST_CITED, Place, own_place, reference, references, to_join

SECRET = b"of a test"


def message(thread: Thread, *, recipients: tuple[str, ...] = ()) -> NewMessage:
    return NewMessage(external_id="m", sender=Sender(), content=Content(), thread=thread, recipients=recipients)


def place_of(thread: Thread, *, account: str = "mail", channel: str = "email", identity_id: int = 5) -> Place:
    return own_place(message(thread), account=account, channel=channel, identity_id=identity_id)


def test_replies_of_one_sender_meet_under_the_root_in_any_order() -> None:
    first = place_of(Thread(message_id="a"))
    second = place_of(Thread(message_id="b", in_reply_to="a"))
    third = place_of(Thread(message_id="c", in_reply_to="b", references=("a", "b")))

    assert first == second == third


def test_a_stranger_in_the_same_thread_has_their_own() -> None:
    thread = Thread(message_id="b", references=("a",))

    assert place_of(thread, identity_id=5) != place_of(thread, identity_id=6)


def test_mail_threads_run_across_mailboxes_and_chats_do_not() -> None:
    mail, chat = Thread(message_id="a"), Thread(key="k")

    assert place_of(mail, account="one") == place_of(mail, account="two")
    assert place_of(chat, account="one", channel="telegram") != place_of(chat, account="two", channel="telegram")


def test_the_address_comes_before_the_newest_of_the_cited_ids() -> None:
    signed = {number: tokens.write(number, 1, secret=SECRET) for number in (1, 2, 3)}
    thread = Thread(message_id="b", references=("a", f"{signed[1]}@d", f"{signed[2]}@d"))
    by_id = threading.token(message(thread), secret=SECRET)
    by_address = threading.token(message(thread, recipients=("help@d", f"help+{signed[3]}@d")), secret=SECRET)

    assert by_id is not None
    assert by_id.conversation_id == 2
    assert by_address is not None
    assert by_address.conversation_id == 3


def test_a_mail_does_not_cite_itself_and_its_newest_id_comes_first() -> None:
    found = references(Thread(message_id="c", in_reply_to="b", references=("a", "b", "c")))

    assert found.own == reference("c")
    assert found.cited == (reference("b"), reference("a"))


@given(st.lists(st.integers(0, 500), max_size=300))
def test_a_long_chain_keeps_its_root_and_its_newest_ids(numbers: list[int]) -> None:
    chain = tuple(dict.fromkeys(f"{number}@d" for number in numbers))
    found = references(Thread(message_id="own@d", references=chain))

    assert len(found.cited) <= MOST_CITED
    if chain:
        assert found.cited[0] == reference(chain[-1])
        assert found.cited[-1] == reference(chain[0])


def test_only_one_senders_conversations_are_to_be_joined() -> None:
    owners = {1: 100, 2: 200, 3: 100, 4: 300}

    assert to_join([(3, 2), (2, 1)], owners) == (3, 1)
    assert to_join([(4, 2), (2, 1)], owners) is None
    assert to_join([(1, 2), (2, 1)], owners) is None
