"""Where a form leads back to: only to pages of ours, whatever it says."""

from channelhub.web.bodies import MAX_ID
from channelhub.web.pages.doing import Form


def back(form: Form) -> str:
    """The page of the conversation that the form stood on, else the customer's card, else the inbox."""
    for field, folder in (("on", "conversations"), ("customer", "customers")):
        number = form.get(field, "")
        if number.isascii() and number.isdigit() and len(number) <= 19 and int(number) <= MAX_ID:
            return f"/{folder}/{number}"
    return "/"


def back_to(form: Form, conversation_id: int) -> str:
    """`back`, with this conversation chosen where it is a card: the next answer goes there."""
    place = back(form)
    return f"{place}?conversation={conversation_id}" if conversation_id and place.startswith("/customers/") else place
