"""Events in the shapes that LINE documents, with people who don't exist."""

import json
from typing import Any

HANA = "Ucc00112233445566778899aabbccddee"
GROUP = "Ca56f94637cc4347f90a25382909b24b9"
AT_MS = 1_795_293_000_512
USER = {"type": "user", "userId": HANA}
EVENT_ID = "01KAM2Q4T0Z8Y7X6W5V4S3R2Q1"
MESSAGE_ID = "598765432101234567"


def event(kind: str, *, number: int = 1, again: bool = False, **fields: Any) -> dict[str, Any]:
    """`number` makes its id."""
    return {
        "type": kind,
        "mode": "active",
        "timestamp": AT_MS,
        "source": USER,
        "webhookEventId": f"{EVENT_ID[:-4]}{number:04}",
        "deliveryContext": {"isRedelivery": again},
        "replyToken": "a1b2c3d4e5f60718293a4b5c6d7e8f90",
        **fields,
    }


def message(content: dict[str, Any], *, number: int = 1, **fields: Any) -> dict[str, Any]:
    return event("message", number=number, message={"id": MESSAGE_ID, "quoteToken": "qT0k", **content}, **fields)


TEXT = message(
    {"type": "text", "text": "@Shop いつ届きますか", "markAsReadToken": "mR0", "quotedMessageId": "598765432101230000"}
)
GROUP_TEXT = message({"type": "text", "text": "hi"}, source={"type": "group", "groupId": GROUP, "userId": HANA})
UNSIGNED_GROUP = message({"type": "text", "text": "hi"}, source={"type": "group", "groupId": GROUP})
IMAGE = message(
    {
        "type": "image",
        "contentProvider": {"type": "line"},
        "imageSet": {"id": "E005D41A7288F41B65593ED38FF6E9834B046AB36A37921A56BC236F13A91855", "index": 2, "total": 3},
    }
)
VIDEO = message({"type": "video", "duration": 60000, "contentProvider": {"type": "line"}})
AUDIO = message({"type": "audio", "duration": 60000, "contentProvider": {"type": "line"}})
ELSEWHERE = message(
    {"type": "video", "contentProvider": {"type": "external", "originalContentUrl": "https://example.com/original.mp4"}}
)
FILE = message({"type": "file", "fileName": "чек.pdf", "fileSize": 2138})
LOCATION = message(
    {"type": "location", "title": "Shop", "address": "四谷1-6-1", "latitude": 35.687574, "longitude": 139.72922}
)
STICKER = message({"type": "sticker", "packageId": "446", "stickerId": "1988", "stickerResourceType": "ANIMATION"})
KEYWORDS = message({"type": "sticker", "packageId": "1", "stickerId": "2", "keywords": ["cony", "sally"]})
EDITED = event("messageEdited", message={"id": MESSAGE_ID, "type": "text", "text": "いつ?"}, timestamp=AT_MS + 1000)
UNSENT = event("unsend", unsend={"messageId": MESSAGE_ID})
FOLLOWED = event("follow", number=2, follow={"isUnblocked": True})
UNFOLLOWED = event("unfollow", number=3)
POSTBACK = event("postback", postback={"data": "storeId=12345"})
JOINED = event("memberJoined", joined={"members": [{"type": "user", "userId": HANA}]})
NO_SOURCE = {"type": "module", "timestamp": AT_MS, "mode": "active", "webhookEventId": EVENT_ID}
UNKNOWN = event("hologram", of=["tomorrow", {"deep": 2}])

EVERY = (
    TEXT, GROUP_TEXT, UNSIGNED_GROUP, IMAGE, VIDEO, AUDIO, ELSEWHERE, FILE, LOCATION, STICKER, KEYWORDS, EDITED, UNSENT,
    FOLLOWED, UNFOLLOWED, POSTBACK, JOINED, NO_SOURCE, UNKNOWN,
)  # fmt: skip


def posted(*events: dict[str, Any]) -> bytes:
    """The body of a post."""
    return json.dumps(
        {"destination": "U0aa11bb22cc33dd44ee55ff6677889900", "events": events}, ensure_ascii=False
    ).encode()
