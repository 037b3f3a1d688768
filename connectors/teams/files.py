"""Files of an answer: pictures go inside of a message, as data (Bot Connector API, attachments); others by a link.

Teams gives a bot no other way: in a private chat the customer would have to let it put each file into their OneDrive,
and in groups and channels bots can't give files at all.
"""

import base64
from collections.abc import Sequence
from typing import Any, Final

from channelhub.domain.outbound import OutgoingFile
from channelhub.sdk.file_addresses import as_words
from channelhub.sdk.files import media_type

MAX_PICTURE_BYTES: Final = 1_000_000  # of one; they don't count towards the size of a message
_SHOWN: Final = frozenset({"image/png", "image/jpeg", "image/gif"})


def messages(texts: Sequence[str], files: Sequence[OutgoingFile], addresses: Sequence[str]) -> list[dict[str, Any]]:
    """What each message holds: one for each text and file in their order, but words and a picture that follows the last
    of them go together."""
    found = [_words(text) for text in texts]
    for number, (file, address) in enumerate(zip(files, addresses, strict=True)):
        if not _is_shown(file):
            found.append(_words(as_words(file, address)))
        elif number == 0 and found:
            found[-1] |= {"attachments": [_inside(file)]}
        else:
            found.append({"type": "message", "attachments": [_inside(file)]})
    return found


def _words(text: str) -> dict[str, Any]:
    return {"type": "message", "text": text, "textFormat": "plain"}


def _is_shown(file: OutgoingFile) -> bool:
    return media_type(file) in _SHOWN and len(file.content) <= MAX_PICTURE_BYTES


def _inside(picture: OutgoingFile) -> dict[str, str]:
    kind = media_type(picture)
    data = base64.b64encode(picture.content).decode()
    return {"contentType": kind, "contentUrl": f"data:{kind};base64,{data}", "name": picture.filename}
