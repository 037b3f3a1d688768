"""What an activity says in words, and the files that it names."""

import re
from typing import Final, TypeVar

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment
from channelhub.sdk.json_parts import read_part
from connectors.teams.shapes import Activity, Download, File, Mention

T = TypeVar("T")

DOWNLOAD: Final = "application/vnd.microsoft.teams.file.download.info"
MOST_FILES: Final = 100
_NAMED: Final = re.compile(r"<at[^<>]{0,200}>([^<>]{0,500})</at>")
_CARD: Final = "application/vnd.microsoft.card."
#: Types that a file's extension says; Teams names no media type.
_TYPES: Final = {
    "pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
    "txt": "text/plain", "csv": "text/csv", "zip": "application/zip", "mp4": "video/mp4",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip


def text_of(activity: Activity, files: list[File], warnings: list[str]) -> str:
    """The words without the mention of the bot itself; others are names. Cards are named."""
    text = activity.text or ""
    own = activity.recipient.id if activity.recipient else ""
    for one in read_part(activity.entities, list[Mention], "entities", warnings) or []:
        if one.type == "mention" and one.text and own and one.mentioned and one.mentioned.id == own:
            text = text.replace(one.text, " ", 1)
    text = _NAMED.sub(r"@\1", text).replace("\xa0", " ")
    lines = [line.strip() for line in text.replace("\r\n", "\n").split("\n")]
    lines += ["[card]" for file in files if file.content_type.startswith(_CARD)]
    return "\n".join(lines).strip()


def files_of(activity: Activity, warnings: list[str]) -> list[File]:
    """What is attached: files, pictures, cards, and the words once more as HTML."""
    return (read_part(activity.attachments, list[File], "attachments", warnings) or [])[:MOST_FILES]


def attachments(files: list[File], warnings: list[str]) -> tuple[Attachment, ...]:
    """Files and pictures, each by its address."""
    found = []
    for number, file in enumerate(files, start=1):
        reference, kind = file.content_url or "", file.content_type
        if file.content_type == DOWNLOAD:
            told = read_part(file.content, Download, "attachments.content", warnings) or Download()
            reference = told.download_url
            kind = _TYPES.get(told.file_type.lower(), "application/octet-stream")
        elif not file.content_type.startswith(("image/", "audio/", "video/", "application/octet-stream")):
            continue
        if reference:
            kind = "application/octet-stream" if kind.endswith("/*") else kind
            name = label(file.name or "") or label(f"file-{number}")
            found.append(Attachment(filename=name, content_type=kind, size=0, reference=reference))
    return tuple(found)
