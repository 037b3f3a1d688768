"""How messages are numbered: derived from the delivery they came in, so that a re-run gives the same ids."""

MESSAGES_PER_DELIVERY = 1024
OWN_PLACE = 1023  # marks what we wrote ourselves: a parser gives places 0 … 1022 at most


def message_id(inbox_id: int, place: int = 0) -> int:
    """The id of the message at `place` (from 0) in a delivery; place 0 names the delivery itself outside."""
    return inbox_id * MESSAGES_PER_DELIVERY + place
