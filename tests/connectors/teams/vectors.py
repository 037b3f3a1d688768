"""Activities in the shapes that Teams documents, with people who don't exist."""

import json
from typing import Any

from tests.servers.teams import APP_ID

OLENA, OLENA_HERE = "5d2f1e0c-1111-4222-8333-444455556666", "29:1abcXYZ"
TENANT = "0a1b2c3d-0000-4000-8000-aabbccddeeff"
CHAT = "a:1conv"
CHANNEL = "19:abc@thread.tacv2;messageid=1795292000000"
SERVICE = f"https://smba.trafficmanager.net/emea/{TENANT}/"
BOT = {"id": f"28:{APP_ID}", "name": "Support"}
MENTION = {"mentioned": BOT, "text": "<at>Support</at>", "type": "mention"}
ID = "1795293000512"


def activity(kind: str = "message", *, number: int = 0, service: str = SERVICE, **fields: Any) -> dict[str, Any]:
    """In the private chat; `number` makes its id."""
    told = {
        "type": kind,
        "timestamp": "2026-11-21T20:30:00.512Z",
        "localTimestamp": "2026-11-21T22:30:00.512+02:00",
        "id": str(int(ID) + number),
        "channelId": "msteams",
        "serviceUrl": service,
        "from": {"id": OLENA_HERE, "name": "Олена Коваль", "aadObjectId": OLENA},
        "conversation": {"conversationType": "personal", "tenantId": TENANT, "id": CHAT},
        "recipient": BOT,
        "entities": [{"locale": "uk-UA", "country": "UA", "platform": "Windows", "type": "clientInfo"}],
        "channelData": {"tenant": {"id": TENANT}},
        "locale": "uk-UA",
        **fields,
    }
    return {name: value for name, value in told.items() if value is not None}


def said(text: str = "не працює чек №20418", **fields: Any) -> dict[str, Any]:
    return activity(**({"text": text, "textFormat": "plain"} | fields))


FILE = {
    "contentType": "application/vnd.microsoft.teams.file.download.info",
    "content": {
        "downloadUrl": "https://shop-my.sharepoint.com/personal/o/_layouts/15/download.aspx?UniqueId=1&tempauth=t",
        "uniqueId": "1150D938-8870",
        "fileType": "pdf",
    },
    "contentUrl": "https://shop-my.sharepoint.com/personal/o/Documents/act.pdf",
    "name": "act.pdf",
}
PICTURE = {"contentType": "image/*", "contentUrl": f"{SERVICE}v3/attachments/0-weu-d1/views/original"}
HTML = {"contentType": "text/html", "content": "<div>не працює</div>"}
CARD = {"contentType": "application/vnd.microsoft.card.adaptive", "content": {"type": "AdaptiveCard"}}

TEXT = said()
MENTIONED = said("<at>Support</at> не працює чек №20418", entities=[MENTION], attachments=[FILE, HTML])
NAMED = said(
    "<at>Support</at>\xa0<at>Тарас</at> &gt; сказав",
    entities=[MENTION, {"type": "mention", "mentioned": {"id": "29:taras"}, "text": "<at>Тарас</at>"}],
)
PICTURED = said(None, attachments=[PICTURE])
CARDED = said(None, attachments=[CARD])
ANSWER = said("Так", replyToId="1795292000000")
IN_CHANNEL = said(conversation={"conversationType": "channel", "id": CHANNEL, "isGroup": True, "tenantId": TENANT})
EDITED = activity("messageUpdate", text="працює", channelData={"eventType": "editMessage"})
RESTORED = activity("messageUpdate", text="працює", channelData={"eventType": "undeleteMessage"})
DELETED = activity("messageDelete", channelData={"eventType": "softDeleteMessage"})
REACTED = activity("messageReaction", number=1, reactionsAdded=[{"type": "like"}], replyToId=ID)
UNREACTED = activity("messageReaction", number=2, reactionsRemoved=[{"type": "1f44b_wavinghand"}], replyToId=ID)
INSTALLED = activity("installationUpdate", number=3, action="add")
REMOVED = activity("installationUpdate", number=4, action="remove")
TEAM = {"conversationType": "channel", "id": "19:x"}
IN_TEAM = activity("installationUpdate", number=5, action="add", conversation=TEAM)
JOINED = activity("conversationUpdate", number=6, membersAdded=[BOT])
INVOKED = activity("invoke", number=7, name="fileConsent/invoke", value={"action": "accept"})
TYPING = activity("typing", number=8)
UNKNOWN = activity("hologram", number=9, of=["tomorrow", {"deep": 2}])

EVERY = (
    TEXT, MENTIONED, NAMED, PICTURED, CARDED, ANSWER, IN_CHANNEL, EDITED, RESTORED, DELETED, REACTED, UNREACTED,
    INSTALLED, REMOVED, IN_TEAM, JOINED, INVOKED, UNKNOWN,
)  # fmt: skip


def encoded(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode()
