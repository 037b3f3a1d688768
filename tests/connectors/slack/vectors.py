"""Events in the shapes that Slack documents, with people who don't exist."""

import json
from typing import Any

OLENA, HANNA, TARAS, BOT = "U0CUST", "U0OTHER", "U0STAFF", "U0BOT"
CHAT, CHANNEL = "D0IM", "C0SHARED"
TEAM, THEIR_TEAM, APP = "T0SHOP", "T0CLIENT", "A0HUB"
TS = "1795293000.123459"
AT = 1_795_293_000


def envelope(event: dict[str, Any], *, number: int = 1, **fields: Any) -> dict[str, Any]:
    """`number` makes its id."""
    return {
        "token": "zz",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev0ABC{number:04}",
        "event_time": AT,
        "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True}],
        "is_ext_shared_channel": False,
        "event_context": "4-eyJ",
        **fields,
    }


def said(text: str = "Де моє замовлення?", *, number: int = 1, **fields: Any) -> dict[str, Any]:
    """A message in the private chat; `number` makes its time and the event's id."""
    ts = f"{AT}.{123458 + number:06}"
    event = {
        "type": "message",
        "user": OLENA,
        "channel": CHAT,
        "channel_type": "im",
        "text": text,
        "ts": ts,
        "client_msg_id": f"0b1c2d3e-0000-4000-8000-{number:012}",
        "team": TEAM,
        "event_ts": ts,
        **fields,
    }
    return envelope({name: value for name, value in event.items() if value is not None}, number=number)


def shared(text: str = "hi", **fields: Any) -> dict[str, Any]:
    """The same in a channel."""
    return said(text, **({"channel": CHANNEL, "channel_type": "channel"} | fields))


def changed(
    text: str, *, number: int = 2, edited: str | None = f"{AT + 60}.000000", before: Any = None, **fields: Any
) -> dict[str, Any]:
    message = {"type": "message", "user": OLENA, "text": text, "ts": TS, **fields}
    if edited:
        message["edited"] = {"user": OLENA, "ts": edited}
    event = {
        "type": "message",
        "subtype": "message_changed",
        "channel": CHAT,
        "channel_type": "im",
        "hidden": True,
        "ts": f"{AT + 60}.{number:06}",
        "event_ts": f"{AT + 60}.{number:06}",
        "message": message,
        "previous_message": before or {"type": "message", "user": OLENA, "text": "Де", "ts": TS},
    }
    return envelope(event, number=number)


def deleted(*, number: int = 3, **fields: Any) -> dict[str, Any]:
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "channel": CHAT,
        "channel_type": "im",
        "hidden": True,
        "deleted_ts": TS,
        "ts": f"{AT + 90}.000300",
        "event_ts": f"{AT + 90}.000300",
        "previous_message": {"type": "message", "user": OLENA, "text": "Де", "ts": TS},
        **fields,
    }
    return envelope(event, number=number)


def reaction(kind: str = "reaction_added", **fields: Any) -> dict[str, Any]:
    item = {"type": "message", "channel": CHAT, "ts": TS}
    event = {"type": kind, "user": OLENA, "reaction": "pray", "item": item, "event_ts": f"{AT + 5}.000100"}
    return envelope(event | fields, number=4)


ACT = {
    "id": "F0ACT",
    "name": "акт.pdf",
    "mimetype": "application/pdf",
    "filetype": "pdf",
    "size": 81233,
    "mode": "hosted",
    "url_private": "https://files.slack.com/files-pri/T0SHOP-F0ACT/act.pdf",
    "url_private_download": "https://files.slack.com/files-pri/T0SHOP-F0ACT/download/act.pdf",
}
DRIVE = {"id": "F0DRIVE", "name": "Кошторис", "mode": "external", "url_private": "https://docs.example/d/1"}
LOST = {"id": "F0OLD", "name": "old.png", "mode": "hidden_by_limit"}
TOMBSTONE = {"id": "F0GONE", "mode": "tombstone"}

TEXT = said()
FILE = said("Рахунок за листопад &amp; акт", subtype="file_share", files=[ACT], thread_ts="1795292000.000100")
FILE_ONLY = said("", subtype="file_share", files=[ACT, LOST, TOMBSTONE])
LINKED = said("Дивіться", subtype="file_share", files=[DRIVE])
FORWARD = said("Ось", attachments=[{"is_share": True, "author_name": "Hanna", "text": "Не працює &gt; години"}])
PROFILED = said("hi", user_profile={"display_name": "Олена К.", "real_name": "Олена Коваль", "team": TEAM})
EDITED = changed("Де моє замовлення?")
UNFURLED = changed("Де https://a.example", edited=None)
TOMB = changed("This message was deleted.", edited=None, subtype="tombstone", user="USLACKBOT")
DELETED = deleted()
THREAD = shared("Так, досі", thread_ts="1795292000.000100", parent_user_id=OLENA)
MENTION = shared(f"<@{BOT}> не працює", type="app_mention", channel_type=None)
ANSWERED = shared("Вже дивимось", user=TARAS, thread_ts="1795292000.000100", parent_user_id=OLENA)
ECHO = said("Вже їде", user=BOT, bot_id="B0BOT", app_id=APP, client_msg_id=None)
TOLD_ECHO = said(
    "Вже їде",
    user=BOT,
    bot_id="B0BOT",
    app_id=APP,
    metadata={"event_type": "channelhub_answer", "event_payload": {"token": "ch.1"}},
)
POSTED = envelope(
    {
        "type": "message_metadata_posted",
        "app_id": APP,
        "bot_id": "B0BOT",
        "user_id": BOT,
        "team_id": TEAM,
        "channel_id": CHAT,
        "metadata": {"event_type": "channelhub_answer", "event_payload": {"token": "ch.1"}},
        "message_ts": TS,
        "event_ts": TS,
    }
)
ANOTHER_APP = shared("build failed", subtype="bot_message", user=None, bot_id="B0CI", username="ci")
JOINED = shared("<@U0CUST> has joined the channel", subtype="channel_join")
REACTED = reaction()
UNREACTED = reaction("reaction_removed")
MEMBER = envelope({"type": "member_joined_channel", "user": OLENA, "channel": CHANNEL, "team": TEAM})
NEW_USER = envelope({"type": "team_join", "user": {"id": OLENA, "name": "olena"}})
UNINSTALLED = envelope({"type": "app_uninstalled"})
REVOKED = envelope({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": ["U2"]}})
LIMITED = {
    "token": "zz",
    "type": "app_rate_limited",
    "team_id": TEAM,
    "minute_rate_limited": AT,
    "api_app_id": APP,
}
INTERACTIVE = {"type": "block_actions", "user": {"id": OLENA, "team_id": TEAM}, "actions": []}
COMMAND = {"command": "/status", "user_id": OLENA, "channel_id": CHAT, "team_id": TEAM}
PERSON = {
    "id": OLENA,
    "team_id": TEAM,
    "name": "olena",
    "deleted": False,
    "tz": "Europe/Kyiv",
    "profile": {"real_name": "Олена Коваль", "display_name": "Олена", "email": "olena@client.example"},
    "is_bot": False,
    "updated": AT - 1000,
}
UNKNOWN = envelope({"type": "hologram", "of": ["tomorrow", {"deep": 2}]}, number=9)

EVERY = (
    TEXT, FILE, FILE_ONLY, LINKED, FORWARD, PROFILED, EDITED, UNFURLED, TOMB, DELETED, THREAD, MENTION, ANSWERED, ECHO,
    TOLD_ECHO, POSTED, ANOTHER_APP, JOINED, REACTED, UNREACTED, MEMBER, NEW_USER, UNINSTALLED, REVOKED, LIMITED,
    INTERACTIVE, COMMAND, UNKNOWN,
)  # fmt: skip


def encoded(event: dict[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode()
