"""What browser and hub say to each other: frames of JSON, by WebSocket or in the posts of a browser without one."""

import re
from typing import Annotated, TypeVar

import msgspec

from channelhub.domain.json_size import has_more_marks
from channelhub.sdk.transcript import Said

MAX_FRAME_BYTES = 64 * 1024  # of one by WebSocket; what has files is posted
MAX_MARKS = 5000  # strings and separators of a frame
MAX_FRAMES = 50  # in one post
MAX_SEEN = 50
T = TypeVar("T")
_OWN_ID = re.compile(r"[A-Za-z0-9_-]{20,64}\Z", re.ASCII)

_Line = Annotated[str, msgspec.Meta(max_length=2000)]


class File(msgspec.Struct, frozen=True):
    """A file of a message; `content` is base64."""

    content: bytes
    name: Annotated[str, msgspec.Meta(max_length=300)] = ""
    type: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """Who it is: the first frame. Both tokens may be empty."""

    visitor: Annotated[str, msgspec.Meta(max_length=100)] = ""
    identity: Annotated[str, msgspec.Meta(max_length=5000)] = ""


class Message(msgspec.Struct, frozen=True, tag="message"):
    """The visitor says something. `id` is the browser's, the same when it is sent again."""

    id: str
    text: str = ""
    page: _Line = ""
    files: tuple[File, ...] = ()


class Contact(msgspec.Struct, frozen=True, tag="contact"):
    """The visitor leaves an address, so that they hear of an answer when they are gone."""

    id: str
    email: Annotated[str, msgspec.Meta(max_length=320)]
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Seen(msgspec.Struct, frozen=True, tag="seen"):
    """The browser has messages of ours, or somebody read them."""

    ids: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=64)], ...], msgspec.Meta(max_length=MAX_SEEN)]
    read: bool = False


class Earlier(msgspec.Struct, frozen=True, tag="earlier"):
    """Show what was said before a place."""

    before: Annotated[str, msgspec.Meta(max_length=40)]


class Ping(msgspec.Struct, frozen=True, tag="ping"):
    """Is anybody there?"""


Frame = Hello | Message | Contact | Seen | Earlier | Ping
_frame: msgspec.json.Decoder[Frame] = msgspec.json.Decoder(Frame)


class Post(msgspec.Struct, frozen=True):
    """What a browser posts: frames, and while it `waits` also a request for what comes.

    `session` is what an earlier answer named; `got` is the number of the last answer's last frame that arrived.
    """

    hello: Hello | None = None
    session: Annotated[str, msgspec.Meta(max_length=64)] = ""
    got: int = 0
    frames: Annotated[tuple[msgspec.Raw, ...], msgspec.Meta(max_length=MAX_FRAMES)] = ()
    waits: bool = False


class Wanted(msgspec.Struct, frozen=True):
    """One file of the conversation that a browser asks for."""

    hello: Hello
    id: Annotated[str, msgspec.Meta(max_length=300)]
    number: int


_post = msgspec.json.Decoder(Post)
_wanted = msgspec.json.Decoder(Wanted)


class FrameError(ValueError):
    """No frame; the text says what is wrong with it."""


def read_frame(body: bytes) -> Frame:
    """Raises FrameError."""
    return _read(_frame, body)


def read_post(body: bytes) -> Post:
    """Raises FrameError."""
    return _read(_post, body)


def read_wanted(body: bytes) -> Wanted:
    """Raises FrameError."""
    return _read(_wanted, body)


def _read(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    if has_more_marks(body, MAX_MARKS):
        raise FrameError("it has too many values")
    try:
        return decoder.decode(body)
    except RecursionError as exc:
        raise FrameError("it is nested too deeply") from exc
    except ValueError as exc:  # UnicodeDecodeError and msgspec's are
        raise FrameError(str(exc)[:300]) from exc


def is_own_id(text: str) -> bool:
    """Whether a browser may name a message so: 20 to 64 of A-Z a-z 0-9 _ -, such as a random UUID."""
    return _OWN_ID.match(text) is not None


def write(kind: str, **values: object) -> bytes:
    """A frame to the browser."""
    return msgspec.json.encode({"type": kind, **values})


def shown(one: Said) -> dict[str, object]:
    """A message as the browser draws it; `at` in milliseconds."""
    return {
        "id": one.id,
        "ours": one.is_ours,
        "text": one.text,
        "at": int(one.at.timestamp() * 1000),
        "auto": one.is_automatic,
        "state": str(one.state or ""),
        "files": [{"name": file.filename, "size": file.size} for file in one.files],
    }
