"""Files of answers: first uploaded to our homeserver, where nobody knows their address yet, then named by messages
(spec.matrix.org, Client-Server API, Content repository)."""

from typing import Any, Final

import msgspec

from channelhub.domain.outbound import OutgoingFile
from channelhub.sdk.errors import Rejected, Unavailable
from channelhub.sdk.files import shown_bytes
from channelhub.sdk.uploads import plain_name, plain_type
from connectors.matrix.client import MatrixClient, Refused, Unclear, read
from connectors.matrix.media import ADDRESS

MAX_REMEMBERED: Final = 100
_SHOWN: Final = frozenset({"image", "video", "audio"})
_NOT_SHOWN: Final = frozenset({"image/svg+xml"})  # a document that may hold programs: clients only download it
_MISSING: Final = frozenset({"M_NOT_FOUND", "M_UNRECOGNIZED"})


class _Limits(msgspec.Struct, frozen=True):
    size: int | None = msgspec.field(name="m.upload.size", default=None)


class _Uploaded(msgspec.Struct, frozen=True):
    content_uri: str


class Uploads:
    """One account's files. Those of the last messages are remembered: one that is sent again, because its homeserver
    limits how often a user writes, isn't uploaded again."""

    def __init__(self) -> None:
        self._addresses: dict[str, str] = {}

    async def content(self, client: MatrixClient, file: OutgoingFile, name: str) -> dict[str, Any]:
        """What a message with this file says of it; `name` is that of its transaction.

        Raises Unavailable, AuthFailed, and Refused.
        """
        if name not in self._addresses:
            address = await _uploaded(client, file)
            if len(self._addresses) >= MAX_REMEMBERED:
                del self._addresses[next(iter(self._addresses))]
            self._addresses[name] = address
        kind = plain_type(file)
        return {
            "msgtype": msgtype(kind),
            "body": plain_name(file),
            "filename": plain_name(file),
            "url": self._addresses[name],
            "info": {"mimetype": kind, "size": len(file.content)},
        }


def msgtype(kind: str) -> str:
    """How clients show a file of a media type."""
    main = kind.partition("/")[0]
    return f"m.{main if main in _SHOWN and kind not in _NOT_SHOWN else 'file'}"


async def require_room(client: MatrixClient, files: tuple[OutgoingFile, ...]) -> None:
    """Raises Rejected where a file is larger than the homeserver takes, before any of it is sent; Unavailable,
    AuthFailed, Refused. Homeservers without the question tell it by refusing the upload."""
    try:
        limits = await client.get("media/config", _Limits, below="client/v1")
    except Refused as exc:
        if exc.code not in _MISSING:
            raise
        return
    for number, file in enumerate(files, start=1):
        if limits.size is not None and len(file.content) > limits.size:
            raise Rejected(f"file {number} is larger than the {shown_bytes(limits.size)} that the homeserver takes")


async def _uploaded(client: MatrixClient, file: OutgoingFile) -> str:
    try:
        address = read(await client.upload(file.content, plain_type(file), plain_name(file)), _Uploaded).content_uri
    except Unclear as exc:
        raise Unavailable(f"uploading a file: {exc}") from exc
    if not ADDRESS.fullmatch(address):
        raise Unavailable("uploading a file: the homeserver names no address of it")
    return address
