import hashlib
import hmac
import json
from collections.abc import Sequence

from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import CALLED, NO_FILES, NO_TIME, NO_VERSIONS, ConnectorContract, PostingRig

from channelhub_chatline.plugin import ChatlineConfig, plugin
from channelhub_chatline.webhook import MAX_BODY_BYTES

SECRET = "a secret of the example"
EVENTS = [
    {
        "event_id": "e1",
        "type": "message",
        "user": "u77120",
        "chat": "c1",
        "text": "Де моє замовлення?",
        "at": 1767225600,
    },
    {"event_id": "e2", "type": "sticker", "user": "u77120", "chat": "c1"},
]


class ChatlineRig(PostingRig):
    """Chatline's side: posts each message, and knows which ones were answered 2xx."""

    plugin = plugin
    customer = ("u77120",)
    secrets = (SECRET,)
    proof_headers = ("X-Chatline-Signature",)
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = CALLED | NO_FILES | NO_VERSIONS | NO_TIME  # each with its reason: Chatline can't do these

    def config(self) -> ChatlineConfig:
        return ChatlineConfig(secret=Secret(SECRET))

    def body(self, number: int, text: str) -> bytes:
        return json.dumps({**EVENTS[0], "event_id": f"e{number}", "text": text}).encode()

    def headers(self, body: bytes) -> dict[str, str]:
        return {"X-Chatline-Signature": hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}

    def unknown(self) -> bytes:
        return b'{"event_id": "e9", "type": "hologram", "of": ["tomorrow"]}'

    def vectors(self) -> Sequence[RawMessage]:
        return [
            RawMessage(account="shop-chat", delivery_id=str(event["event_id"]), body=json.dumps(event).encode())
            for event in EVENTS
        ]


class TestChatline(ConnectorContract):
    rig = ChatlineRig
