"""What an instance tells, in the shapes that its documentation shows. The people are made up."""

import json
from datetime import UTC, datetime
from typing import Any

from channelhub.domain.raw import RawMessage
from connectors.mastodon.delivery import ME, What, to_raw

NOW = datetime(2026, 11, 21, 20, 31, tzinfo=UTC)
IRYNA: dict[str, Any] = {
    "id": "14715",
    "username": "iryna",
    "acct": "iryna@social.example",
    "display_name": "Ірина",
    "url": "https://social.example/@iryna",
    "uri": "https://social.example/users/iryna",
    "bot": False,
    "locked": False,
    "avatar": "https://files.example/a.png",
    "created_at": "2022-11-08T00:00:00.000Z",
}
SHOP = {"id": "1", "username": "shop", "acct": "shop", "url": "https://hub.example/@shop"}
MENTION = '<span class="h-card"><a href="https://hub.example/@shop" class="u-url mention">@<span>shop</span></a></span>'


def status(**more: Any) -> dict[str, Any]:
    return {
        "id": "115590011223344556",
        "uri": "https://social.example/users/iryna/statuses/115590011200000000",
        "url": "https://social.example/@iryna/115590011200000000",
        "created_at": "2026-11-21T20:29:58.000Z",
        "edited_at": None,
        "visibility": "direct",
        "sensitive": False,
        "spoiler_text": "",
        "language": "uk",
        "content": f"<p>{MENTION} де мій пакунок?<br>№20418</p>",
        "account": IRYNA,
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "media_attachments": [],
        "mentions": [SHOP],
        "tags": [],
        "emojis": [],
        "reblog": None,
        "poll": None,
        "card": None,
    } | more


def notification(kind: str = "mention", of: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": "34975861",
        "type": kind,
        "created_at": "2026-11-21T20:30:00.000Z",
        "group_key": "ungrouped-34975861",
        "account": IRYNA,
        "status": status() if of is None else of,
    } | more


def raw(of: dict[str, Any] | bytes, what: What = What.NOTIFICATION, **told: str) -> RawMessage:
    body = of if isinstance(of, bytes) else json.dumps(of, ensure_ascii=False).encode()
    return to_raw("mastodon", what, body, NOW, **({ME: "shop"} | told))


IMAGE = {
    "id": "22345792",
    "type": "image",
    "url": "https://files.hub.example/media/57859aede991da25.jpeg",
    "preview_url": "https://files.hub.example/media/small.jpeg",
    "remote_url": "https://social.example/media/orig.jpeg",
    "description": "Тріснув екран",
    "meta": {"original": {"width": 640, "height": 480}},
    "blurhash": "UJJi?I%MRjay?voJR*jZ",
}
UNFETCHED = IMAGE | {"id": "22345793", "type": "unknown", "url": None}
LINK = (
    '<p>Ось: <a href="https://shop.example/orders/20418"><span class="invisible">https://</span>'
    '<span class="ellipsis">shop.example/ord</span><span class="invisible">ers/20418</span></a></p><p>Дякую</p>'
)

DIRECT = notification()
PUBLIC = notification(of=status(visibility="public", content=LINK))
WITH_FILES = notification(of=status(media_attachments=[IMAGE, UNFETCHED], spoiler_text="екран"))
REPLY = notification(of=status(in_reply_to_id="115590000000000001", in_reply_to_account_id="1"))
QUOTE = notification("quote", of=status(visibility="public"))
FROM_A_BOT = notification(of=status(account=IRYNA | {"bot": True}))
FAVOURITE = notification("favourite", of=status(id="115590000000000001", account=IRYNA | SHOP))
REBLOG = notification("reblog", of=status(id="115590000000000001"))
WARNING = notification("moderation_warning", of={}, status=None, moderation_warning={"action": "none"})
UNKNOWN = notification("hologram")
EDITED = status(edited_at="2026-11-21T20:40:00.000Z", content="<p>де мій пакунок? №20419</p>")
OWN = status(
    account=IRYNA | SHOP | {"uri": "https://hub.example/users/shop"},
    content="<p>@iryna@social.example вже їде</p>",
    in_reply_to_id="115590011223344556",
    in_reply_to_account_id="14715",
    application={"name": "Tusky", "website": None},
)

EVERY = [
    raw(one, number=str(place))
    for place, one in enumerate(
        (DIRECT, PUBLIC, WITH_FILES, REPLY, QUOTE, FROM_A_BOT, FAVOURITE, REBLOG, WARNING, UNKNOWN)
    )
] + [raw(EDITED, What.EDIT), raw(b"115590011223344556", What.DELETE), raw(OWN, What.OWN, peer=IRYNA["uri"])]
