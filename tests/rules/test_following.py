"""The link of a request: only ours, only that request's; and what of a conversation it shows."""

from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import Direction
from channelhub.domain.outbound import OutboxState
from channelhub.rules.following import TOKEN_CHARS, Followed, Said, public_part, read, write

SECRET = b"of a test"
_numbers = st.integers(min_value=0, max_value=2**32 - 1)


def said(number: int, *, account: str = "form", state: str = "", is_ours: bool = False) -> Said:
    direction = Direction.OUT if is_ours else Direction.IN
    return Said(message_id=number, account=account, direction=direction, at_us=number, state=state)


@given(st.integers(min_value=0, max_value=2**63), _numbers, _numbers)
def test_a_link_says_what_was_written_and_only_to_us(inbox_id: int, since_s: int, until_s: int) -> None:
    followed = Followed(inbox_id=inbox_id, since_s=since_s, until_s=until_s)
    token = write(followed, secret=SECRET)

    assert len(token) == TOKEN_CHARS
    assert read(token, secret=SECRET) == followed
    assert read(token, secret=b"of another") is None


@given(st.integers(min_value=0, max_value=42), st.sampled_from("ABCxyz019-_"))
def test_a_changed_link_follows_nothing(place: int, letter: str) -> None:
    followed = Followed(inbox_id=7, since_s=1, until_s=2)
    token = write(followed, secret=SECRET)
    changed = token[:place] + letter + token[place + 1 :]

    # the last letter holds four bits that say nothing, as base64 has them
    assert changed == token or read(changed, secret=SECRET) is None or place == TOKEN_CHARS - 1


@given(st.text(max_size=60))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    assert read(text, secret=SECRET) is None


def test_what_was_never_told_is_not_shown() -> None:
    states = [said(n, state=str(state), is_ours=True) for n, state in enumerate(OutboxState)]
    shown, goes_on = public_part(states, "form")

    assert {one.state for one in shown} == {"sent", "delivered", "read", "delayed", "uncertain"}
    assert not goes_on


def test_nothing_is_shown_from_where_somebody_wrote_by_another_account() -> None:
    first, answer = said(1), said(2, state="sent", is_ours=True, account="mail")
    by_mail, private = said(3, account="mail"), said(4, state="sent", is_ours=True)

    assert public_part([first, answer, by_mail, private], "form") == ([first, answer], True)
    assert public_part([first, said(2)], "form") == ([first, said(2)], False)
