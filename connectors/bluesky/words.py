"""What a post or a direct message says in words, and the files that it names."""

from collections.abc import Iterator

import msgspec

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment
from channelhub.sdk.json_parts import read_part
from connectors.bluesky.facets import whole
from connectors.bluesky.shapes import Blob, Embed, External, Facet, Image, Post, Ref

_MAX_SIZE = 2**53
_EXTENSIONS = {"image/png": "png", "image/webp": "webp", "image/gif": "gif", "video/mp4": "mp4"}
_VIDEO = "video"


def text(post: Post, me: str, warnings: list[str]) -> str:
    """The words, and what a card or a quote beside them leads to."""
    facets = read_part(post.facets, list[Facet], "facets", warnings) or []
    lines = [whole(post.text, facets, me)]
    for embed in _embeds(post.embed, warnings):
        external = read_part(embed.external, External, "external", warnings)
        if external and external.uri and external.uri not in lines[0]:
            lines.append(f"{external.title}\n{external.uri}".strip())
        quoted = read_part(embed.record, Ref, "record", warnings) if embed.type.endswith("record") else None
        if quoted and quoted.uri:
            lines.append(quoted.uri)
    return "\n".join(filter(None, lines))


def attachments(post: Post, author: str, warnings: list[str]) -> tuple[Attachment, ...]:
    """The files by who keeps them and their digest: "did/cid", or "did/cid/video", which isn't to be had as a file."""
    found: list[Attachment] = []
    for embed in _embeds(post.embed, warnings):
        images = read_part(embed.images, list[Image], "images", warnings) or []
        found += [_file(one.image, author, "image/jpeg", "jpg") for one in images]
        video = read_part(embed.video, Blob, "video", warnings)
        if video:
            found.append(_file(video, author, "video/mp4", "mp4", suffix=f"/{_VIDEO}"))
    return tuple(found)


def _file(blob: Blob, author: str, content_type: str, extension: str, *, suffix: str = "") -> Attachment:
    kind = blob.mime_type or content_type
    return Attachment(
        filename=label(f"{kind.partition('/')[0]}-{blob.ref.link[-8:]}.{_EXTENSIONS.get(kind, extension)}"),
        content_type=kind,
        size=0 if not 0 < blob.size < _MAX_SIZE else blob.size,
        reference=f"{author}/{blob.ref.link}{suffix}" if blob.ref.link else "",
    )


def _embeds(raw: msgspec.Raw, warnings: list[str]) -> Iterator[Embed]:
    """What goes with the words; files beside a quote are one level deeper."""
    embed = read_part(raw, Embed, "embed", warnings)
    if embed is None:
        return
    yield embed
    media = read_part(embed.media, Embed, "media", warnings)
    if media is not None:
        yield media
