"""Pictures of an answer: Teams takes them inside of a message, as data (Bot Connector API, attachments).

Other files reach a person only where they let the bot put them into their OneDrive, one by one; bots can't give files
to groups and channels at all.
"""

import base64
from collections.abc import Sequence
from typing import Any, Final

from channelhub.domain.outbound import OutgoingFile
from channelhub.sdk.files import FileRules
from channelhub.sdk.uploads import plain_type
from connectors.teams.config import TeamsConfig

MAX_BYTES: Final = 1_000_000  # of one; their bytes don't count towards the size of a message
_TYPES: Final = ("image/png", "image/jpeg", "image/gif")  # what Teams shows
RULES: Final = FileRules(types=dict.fromkeys(_TYPES, MAX_BYTES))


def file_rules(_config: TeamsConfig, _key: str) -> FileRules:
    """The same in chats, groups and channels."""
    return RULES


def messages(texts: Sequence[str], pictures: Sequence[OutgoingFile]) -> list[dict[str, Any]]:
    """What each message holds: the first picture goes with the last words, each other one after it."""
    said: list[dict[str, Any]] = [{"text": text, "textFormat": "plain"} for text in texts]
    shown: list[dict[str, Any]] = [{"attachments": [_inside(picture)]} for picture in pictures]
    if said and shown:
        shown[0] = said.pop() | shown[0]
    return [{"type": "message"} | one for one in (*said, *shown)]


def _inside(picture: OutgoingFile) -> dict[str, str]:
    kind = plain_type(picture)
    data = base64.b64encode(picture.content).decode()
    return {"contentType": kind, "contentUrl": f"data:{kind};base64,{data}", "name": picture.filename}
