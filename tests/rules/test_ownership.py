"""No mail from outside becomes ours, whatever it says of itself."""

from dataclasses import replace

from channelhub.domain.inbound import Content, Direction, NewMessage, Thread
from channelhub.domain.people import Sender
from channelhub.rules import ownership, tokens

SECRET = b"of a test"
OURS = frozenset({"help@shop.example"})
MAIL = NewMessage(external_id="m", sender=Sender(), content=Content(), thread=Thread(message_id="a@example.com"))


def marks(message: NewMessage, writer: str = "ann@example.com", channel: str = "email") -> tuple[str, ...]:
    return ownership.marks(message, channel=channel, writer=writer, own_addresses=OURS, secret=SECRET)


def test_mail_stands_on_the_incoming_side_whatever_its_parser_says() -> None:
    said = replace(MAIL, direction=Direction.OUT)

    assert ownership.direction(said, channel="email") is Direction.IN
    assert marks(said) == ("own",)
    assert ownership.direction(said, channel="telegram") is Direction.OUT


def test_an_address_of_ours_as_sender_is_noticed_with_a_tag_too() -> None:
    assert marks(MAIL, "help@shop.example") == ("own",)
    assert marks(MAIL, "help+sales@shop.example") == ("own",)
    assert marks(MAIL) == ()


def test_a_mail_of_ours_that_comes_back_is_noticed_by_its_mark_or_its_id_and_a_forged_mark_is_not() -> None:
    token = tokens.write(7, 8, secret=SECRET)
    forged = tokens.write(7, 8, secret=b"another")

    assert marks(replace(MAIL, thread=Thread(mark=token))) == ("returned",)
    assert marks(replace(MAIL, thread=Thread(message_id=f"{token}@shop.example"))) == ("returned",)
    assert marks(replace(MAIL, thread=Thread(mark=forged))) == ()
