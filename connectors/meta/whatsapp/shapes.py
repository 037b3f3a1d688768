"""The parts of a WhatsApp webhook that are read: developers.facebook.com/docs/whatsapp/cloud-api/webhooks."""

import msgspec

NOTHING = msgspec.Raw()


class Metadata(msgspec.Struct):
    """Which of our numbers it is about."""

    phone_number_id: str = ""
    display_phone_number: str = ""


class Value(msgspec.Struct):
    """What a change of the fields `messages` and `smb_message_echoes` holds."""

    metadata: Metadata = msgspec.field(default_factory=Metadata)
    contacts: list[msgspec.Raw] = []
    messages: list[msgspec.Raw] = []
    message_echoes: list[msgspec.Raw] = []
    statuses: list[msgspec.Raw] = []
    errors: list[msgspec.Raw] = []


class Profile(msgspec.Struct):
    name: str = ""
    username: str = ""


class Contact(msgspec.Struct):
    """Who wrote. `wa_id` is the number's digits, and may be missing; `user_id` is the business-scoped id."""

    profile: Profile = msgspec.field(default_factory=Profile)
    wa_id: str = ""
    user_id: str = ""


class MessageContext(msgspec.Struct):
    id: str = ""
    forwarded: bool = False
    frequently_forwarded: bool = False


class Message(msgspec.Struct, rename={"from_number": "from"}):
    """A message; the object that its type names is read by `words`, `media` and `events`."""

    id: str
    type: str = ""
    timestamp: str | int = 0
    from_number: str = ""
    from_user_id: str = ""
    to: str = ""
    to_user_id: str = ""
    group_id: str = ""
    context: msgspec.Raw = NOTHING
    referral: msgspec.Raw = NOTHING
    errors: msgspec.Raw = NOTHING


class Text(msgspec.Struct):
    body: str = ""


class Media(msgspec.Struct):
    id: str = ""
    mime_type: str = ""
    filename: str = ""
    caption: str = ""
    voice: bool = False


class Location(msgspec.Struct):
    latitude: float
    longitude: float
    name: str = ""
    address: str = ""
    url: str = ""


class CardName(msgspec.Struct):
    formatted_name: str = ""


class CardEntry(msgspec.Struct):
    phone: str = ""
    email: str = ""


class Card(msgspec.Struct):
    """A contact that the customer passes on."""

    name: CardName = msgspec.field(default_factory=CardName)
    phones: list[CardEntry] = []
    emails: list[CardEntry] = []


class Chosen(msgspec.Struct):
    id: str = ""
    title: str = ""
    description: str = ""


class FlowAnswer(msgspec.Struct):
    name: str = ""
    body: str = ""
    response_json: str = ""


class Interactive(msgspec.Struct):
    type: str = ""
    button_reply: Chosen | None = None
    list_reply: Chosen | None = None
    nfm_reply: FlowAnswer | None = None


class Button(msgspec.Struct):
    text: str = ""
    payload: str = ""


class Product(msgspec.Struct):
    product_retailer_id: str = ""
    quantity: int | float | str = ""
    item_price: int | float | str = ""
    currency: str = ""


class Order(msgspec.Struct):
    text: str = ""
    product_items: list[Product] = []


class ReactionPart(msgspec.Struct):
    message_id: str
    emoji: str = ""


class System(msgspec.Struct):
    type: str = ""
    body: str = ""
    wa_id: str = ""
    new_wa_id: str = ""
    user_id: str = ""
    new_user_id: str = ""


class Unsupported(msgspec.Struct):
    type: str = ""


class Edit(msgspec.Struct):
    original_message_id: str
    message: msgspec.Raw = NOTHING


class Revoke(msgspec.Struct):
    original_message_id: str


class Referral(msgspec.Struct):
    """The advertisement or post that led here."""

    source_url: str = ""
    source_id: str = ""
    source_type: str = ""
    headline: str = ""
    body: str = ""
    ctwa_clid: str = ""


class ErrorData(msgspec.Struct):
    details: str = ""


class ErrorPart(msgspec.Struct):
    code: int = 0
    title: str = ""
    message: str = ""
    error_data: ErrorData = msgspec.field(default_factory=ErrorData)

    @property
    def words(self) -> str:
        told = self.error_data.details or self.message or self.title
        return f"{told[:300]} ({self.code})"


class Status(msgspec.Struct):
    """What became of a message that we sent."""

    id: str
    status: str = ""
    timestamp: str | int = 0
    recipient_id: str = ""
    recipient_user_id: str = ""
    biz_opaque_callback_data: str = ""
    errors: list[ErrorPart] = []
