"""What a message says in words: its text or caption, or its other content as lines that an agent can read."""

from collections.abc import Callable, Mapping

import msgspec

from channelhub.sdk.json_parts import UNREADABLE, read_part
from connectors.meta.whatsapp.shapes import (
    Button,
    Card,
    Interactive,
    Location,
    Media,
    Order,
    Product,
    Text,
    Unsupported,
)

Reader = Callable[[msgspec.Raw, list[str]], str]
MAX_LINES = 100


def text(kind: str, part: msgspec.Raw, warnings: list[str]) -> str:
    """The words of a message of this type."""
    reads = READERS.get(kind)
    return reads(part, warnings) if reads else ""


def _text(raw: msgspec.Raw, warnings: list[str]) -> str:
    found = read_part(raw, Text, "text", warnings)
    return found.body if found else ""


def _caption(raw: msgspec.Raw, warnings: list[str]) -> str:
    found = read_part(raw, Media, "media", warnings)
    return found.caption if found else ""


def _location(raw: msgspec.Raw, warnings: list[str]) -> str:
    found = read_part(raw, Location, "location", warnings)
    if found is None:
        return ""
    return _lines(found.name, found.address, f"📍 {found.latitude:.6f}, {found.longitude:.6f}", found.url)


def _cards(raw: msgspec.Raw, warnings: list[str]) -> str:
    """Somebody else's cards, which say nothing of the sender."""
    cards = read_part(raw, list[Card], "contacts", warnings) or []
    return _lines(*(_card(card) for card in cards))


def _card(card: Card) -> str:
    entries = [one.phone or one.email for one in (*card.phones, *card.emails)]
    return " ".join(filter(None, ("📇", card.name.formatted_name, *entries)))


def _interactive(raw: msgspec.Raw, warnings: list[str]) -> str:
    found = read_part(raw, Interactive, "interactive", warnings)
    if found is None:
        return ""
    chosen = found.button_reply or found.list_reply
    if chosen:
        return _lines(chosen.title, chosen.description)
    return _flow(found.nfm_reply.response_json, warnings) if found.nfm_reply else ""


def _flow(answers: str, warnings: list[str]) -> str:
    """What was filled into a form: JSON in a string."""
    try:
        fields = msgspec.json.decode(answers.encode(), type=dict[str, object])
    except UNREADABLE:
        warnings.append("the form's answers can't be read")
        return ""
    shown = {name: value for name, value in fields.items() if name != "flow_token" and value not in (None, "", [])}
    return _lines(*(f"{name}: {_shown(value)}" for name, value in shown.items()))


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _button(raw: msgspec.Raw, warnings: list[str]) -> str:
    found = read_part(raw, Button, "button", warnings)
    return (found.text or found.payload) if found else ""


def _order(raw: msgspec.Raw, warnings: list[str]) -> str:
    found = read_part(raw, Order, "order", warnings)
    if found is None:
        return ""
    return _lines(found.text, *map(_product, found.product_items))


def _product(one: Product) -> str:
    return f"- {one.product_retailer_id} × {one.quantity} {one.item_price} {one.currency}".rstrip()


def _unsupported(raw: msgspec.Raw, warnings: list[str]) -> str:
    """Something that only the app shows (a poll, a view-once picture): somebody waits for an answer all the same."""
    found = read_part(raw, Unsupported, "unsupported", warnings)
    return f"[{found.type if found and found.type else 'unsupported'}]"


def _lines(*lines: str) -> str:
    return "\n".join([line for line in lines if line][:MAX_LINES])


#: By type; what stands in no other place has no words.
READERS: Mapping[str, Reader] = {
    "text": _text,
    "image": _caption,
    "video": _caption,
    "audio": _caption,
    "document": _caption,
    "sticker": _caption,
    "location": _location,
    "contacts": _cards,
    "interactive": _interactive,
    "button": _button,
    "order": _order,
    "unsupported": _unsupported,
}
