"""What hangs on a message: files, each as a reference to its address, and lines for what is no file."""

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment
from channelhub.sdk.json_parts import read_part

MAX_ATTACHED = 100  # VK takes ten; forwarded messages bring theirs
_MAX_SIZE = 2**53
_SITE = "https://vk.com"


class Size(msgspec.Struct, frozen=True):
    url: str = ""
    width: int = 0
    height: int = 0


class Thing(msgspec.Struct, frozen=True):
    """The fields of all kinds of attachments that we read."""

    id: int = 0
    owner_id: int = 0
    title: str = ""
    text: str = ""
    question: str = ""
    artist: str = ""
    url: str = ""
    ext: str = ""
    size: int = 0
    sizes: tuple[Size, ...] = ()
    orig_photo: Size | None = None
    link_ogg: str = ""
    link_mp3: str = ""
    transcript: str = ""
    sticker_id: int = 0
    from_id: int = 0
    post_id: int = 0


class One(msgspec.Struct, frozen=True):
    type: str


@dataclass(slots=True)
class Found:
    """What the attachments of a message, and of those that it forwards, say and hold."""

    lines: list[str] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def take(self, attachments: msgspec.Raw) -> None:
        """Add a list of attachments; what can't be read is a warning, what isn't known a line with its kind."""
        for raw in read_part(attachments, list[msgspec.Raw], "attachments", self.warnings) or ():
            if len(self.lines) + len(self.files) >= MAX_ATTACHED:
                self.warnings.append("attachments: more than are read")
                return
            one = read_part(raw, One, "attachment", self.warnings)
            if one is None:
                continue
            kind = one.type[:64]
            fields = read_part(raw, dict[str, msgspec.Raw], kind, self.warnings) or {}
            thing = read_part(fields.get(one.type, msgspec.Raw()), Thing, kind, self.warnings) or Thing()
            self._add(kind, thing)

    def _add(self, kind: str, thing: Thing) -> None:
        reads = _FILES.get(kind)
        file = reads(thing) if reads else None
        if file is not None:
            self.files.append(file)
        line = thing.transcript if file is not None else _line(kind, thing)
        if line:
            self.lines.append(line)


def _photo(thing: Thing) -> Attachment | None:
    sizes = [size for size in (*thing.sizes, thing.orig_photo) if size is not None and size.url]
    biggest = max(sizes, key=lambda size: size.width * size.height, default=None)
    return _file(f"photo{thing.owner_id}_{thing.id}.jpg", "image/jpeg", biggest.url) if biggest else None


def _document(thing: Thing) -> Attachment | None:
    extension = f".{thing.ext}" if thing.ext else ""
    title = thing.title or f"doc{thing.owner_id}_{thing.id}"
    name = title if not extension or title.lower().endswith(extension.lower()) else title + extension
    return _file(name, "application/octet-stream", thing.url, size=thing.size)


def _voice(thing: Thing) -> Attachment | None:
    if thing.link_ogg:
        return _file(f"voice{thing.owner_id}_{thing.id}.ogg", "audio/ogg", thing.link_ogg)
    return _file(f"voice{thing.owner_id}_{thing.id}.mp3", "audio/mpeg", thing.link_mp3)


def _drawing(thing: Thing) -> Attachment | None:
    return _file(f"graffiti{thing.owner_id}_{thing.id}.png", "image/png", thing.url)


def _file(name: str, content_type: str, url: str, *, size: int = 0) -> Attachment | None:
    if not url:
        return None
    size = size if 0 < size < _MAX_SIZE else 0
    return Attachment(filename=label(name), content_type=content_type, size=size, reference=url)


def _line(kind: str, thing: Thing) -> str:
    if reads := _LINES.get(kind):
        return reads(thing)
    return " ".join(filter(None, (f"[{kind}]", thing.title or thing.question or thing.text, thing.url)))


def _sticker(thing: Thing) -> str:
    return f"[sticker {thing.sticker_id}]" if thing.sticker_id else "[sticker]"


def _link(thing: Thing) -> str:
    return " ".join(filter(None, (thing.title, thing.url))) or "[link]"


def _video(thing: Thing) -> str:
    """VK gives no file of a video: its page is all there is."""
    return " ".join(filter(None, ("[video]", thing.title, f"{_SITE}/video{thing.owner_id}_{thing.id}")))


def _goods(thing: Thing) -> str:
    return " ".join(filter(None, ("[market]", thing.title, f"{_SITE}/product{thing.owner_id}_{thing.id}")))


def _song(thing: Thing) -> str:
    return " ".join(filter(None, ("[audio]", thing.artist, thing.title)))


def _post(thing: Thing) -> str:
    return " ".join(filter(None, ("[wall]", thing.text, f"{_SITE}/wall{thing.owner_id or thing.from_id}_{thing.id}")))


def _reply(thing: Thing) -> str:
    address = f"{_SITE}/wall{thing.owner_id}_{thing.post_id}?reply={thing.id}"
    return " ".join(filter(None, ("[wall_reply]", thing.text, address)))


_FILES: dict[str, Callable[[Thing], Attachment | None]] = {
    "photo": _photo,
    "doc": _document,
    "audio_message": _voice,
    "graffiti": _drawing,
}
_LINES: dict[str, Callable[[Thing], str]] = {
    "sticker": _sticker,
    "link": _link,
    "video": _video,
    "market": _goods,
    "audio": _song,
    "wall": _post,
    "wall_reply": _reply,
}
