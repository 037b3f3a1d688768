"""What a post's fields say in words, and the files that they name."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment

MOST_FILES: Final = 20
_EXTENSIONS: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "video/3gpp": "3gp",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/amr": "amr",
    "application/pdf": "pdf",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "text/plain": "txt",
}
_PACKED = re.compile(r"(?:[A-Za-z0-9+/]{4}){10,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", re.ASCII)
#: What is kept beside the words, by what it is called there.
_FACTS: Final = {
    "number": "To",
    "country": "FromCountry",
    "forwarded": "Forwarded",
    "often_forwarded": "FrequentlyForwarded",
    "button": "ButtonPayload",
    "list_choice": "ListId",
    "advert": "ReferralHeadline",
    "advert_url": "ReferralSourceUrl",
}
_FACT_CHARS: Final = 200


def text(fields: Mapping[str, str]) -> str:
    """The words, or what stands for them: the button or line of a list that was chosen, a place."""
    said = fields.get("Body") or fields.get("ButtonText") or fields.get("ListTitle") or ""
    latitude, longitude = fields.get("Latitude", ""), fields.get("Longitude", "")
    if not latitude or not longitude:
        return said
    named = (said, fields.get("Label", ""), fields.get("Address", ""), f"📍 {latitude[:20]}, {longitude[:20]}")
    return "\n".join(dict.fromkeys(filter(None, named)))


def attachments(fields: Mapping[str, str]) -> tuple[Attachment, ...]:
    """The files by the addresses at which Twilio keeps them."""
    told = fields.get("NumMedia", "")
    count = int(told) if told.isascii() and told.isdigit() and len(told) < 4 else 0
    found = ((fields.get(f"MediaUrl{n}", ""), fields.get(f"MediaContentType{n}", "")) for n in range(count))
    return tuple(file(url, kind) for url, kind in list(found)[:MOST_FILES] if url)


def file(url: str, content_type: str) -> Attachment:
    """A file that lies at `url`, named after the last part of it: Twilio tells no names."""
    kind = content_type.strip().lower()[:127] or "application/octet-stream"
    try:
        name = urlsplit(url).path.rpartition("/")[2]
    except ValueError:
        name = ""
    extension = _EXTENSIONS.get(kind, "bin")
    return Attachment(filename=label(f"{name or 'file'}.{extension}"), content_type=kind, size=0, reference=url)


def facts(fields: Mapping[str, str]) -> dict[str, str]:
    """Further facts, kept and shown."""
    return {name: value[:_FACT_CHARS] for name, field in _FACTS.items() if (value := fields.get(field, ""))}


def warnings(said: str) -> tuple[str, ...]:
    """Some carriers hand long messages over in Base64. They are left as they came: a customer may mean it so."""
    if len(said) > 10_000 or not _PACKED.fullmatch(said):
        return ()
    try:
        base64.b64decode(said, validate=True).decode()
    except (binascii.Error, ValueError):
        return ()
    return ("the words look like Base64: some carriers pack long messages so",)
