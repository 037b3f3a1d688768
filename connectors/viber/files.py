"""A file of an answer as a message of Viber, which fetches it from us: a picture or a film where Viber shows it as
such, otherwise a document (developers.viber.com, send_message)."""

from typing import Any, Final

from channelhub.domain.outbound import OutgoingFile
from channelhub.sdk.file_addresses import as_words
from channelhub.sdk.files import FileRules, media_type

MAX_PICTURE_BYTES: Final = 1_000_000  # on iOS
MAX_VIDEO_BYTES: Final = 27_262_976
MAX_FILE_BYTES: Final = 52_428_800
MAX_CAPTION_UNITS: Final = 768  # of a picture
#: Endings of names that Viber doesn't take ("Forbidden file formats").
_BARRED: Final = frozenset(
    {
        "action", "apk", "app", "bat", "bin", "cmd", "com", "command", "cpl", "csh", "exe", "gadget", "inf1", "ins",
        "inx", "ipa", "isu", "job", "jse", "ksh", "lnk", "msc", "msi", "msp", "mst", "osx", "out", "paf", "pif",
        "ps1", "reg", "rgs", "run", "sct", "shb", "shs", "u3p", "vb", "vbe", "vbs", "vbscript", "workflow", "ws",
        "wsf",
    }
)  # fmt: skip
FILES: Final = FileRules(types={"*/*": MAX_FILE_BYTES}, barred=_BARRED)
#: What Viber shows, by its type and the ending that its address must have.
_PICTURES: Final = {"image/jpeg": ("jpg", "jpeg"), "image/png": ("png",)}


def is_picture(file: OutgoingFile) -> bool:
    """Whether it is shown as a picture, which may have words below it."""
    return _ending(file) in _PICTURES.get(media_type(file), ()) and len(file.content) <= MAX_PICTURE_BYTES


def file_message(file: OutgoingFile, address: str, caption: str = "") -> dict[str, Any]:
    """The fields of the message, `caption` for a picture only. Viber takes addresses with an ending only: a file whose
    name has none goes as a link."""
    size = len(file.content)
    if is_picture(file):
        return {"type": "picture", "text": caption, "media": address}
    if media_type(file) == "video/mp4" and _ending(file) == "mp4" and size <= MAX_VIDEO_BYTES:
        return {"type": "video", "media": address, "size": size}
    if _ending(file):
        return {"type": "file", "media": address, "size": size, "file_name": file.filename}
    return {"type": "text", "text": as_words(file, address)}


def _ending(file: OutgoingFile) -> str:
    stem, dot, ending = file.filename.rpartition(".")
    return ending.lower() if dot and stem and ending.isascii() and ending.isalnum() and len(ending) <= 10 else ""
