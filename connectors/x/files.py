"""The files of what was said, each by its address."""

from urllib.parse import urlsplit

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment
from channelhub.sdk.json_parts import read_part
from connectors.x.shapes import Attached, Includes, Media, MessageData, Variant

MAX_FILES = 20
_TYPES = {"photo": ("image/jpeg", "jpg"), "video": ("video/mp4", "mp4"), "animated_gif": ("video/mp4", "mp4")}


def of_tweet(includes: Includes, warnings: list[str]) -> tuple[Attachment, ...]:
    """What X includes with something said in public."""
    found: list[Attachment] = []
    for raw in includes.media[:MAX_FILES]:
        media = read_part(raw, Media, "media", warnings)
        if media is not None and (address := _address(media, warnings)):
            found.append(_file(media.type, f"media-{media.media_key or len(found) + 1}", address))
    return tuple(found)


def of_direct(data: MessageData, name: str, warnings: list[str]) -> tuple[Attachment, ...]:
    """What hangs on a direct message: one file at most."""
    attached = read_part(data.attachment, Attached, "attachment", warnings)
    if attached is None or not attached.media.media_url_https:
        return ()
    return (_file(attached.media.type, f"dm-{name}", attached.media.media_url_https),)


def _address(media: Media, warnings: list[str]) -> str:
    """Of a video, the one with most bits."""
    if media.url:
        return media.url
    variants = read_part(media.variants, list[Variant], "variants", warnings) or []
    films = [one for one in variants if one.content_type == "video/mp4" and one.url]
    return max(films, key=lambda one: one.bit_rate).url if films else ""


def _file(kind: str, name: str, address: str) -> Attachment:
    content_type, extension = _TYPES.get(kind, ("application/octet-stream", "bin"))
    try:
        last = urlsplit(address).path.rpartition("/")[2]
    except ValueError:
        last = ""
    known = label(last) if "." in last else label(f"{name}.{extension}")
    is_picture = known.lower().endswith(".png")
    return Attachment(
        filename=known, content_type="image/png" if is_picture else content_type, size=0, reference=address
    )
