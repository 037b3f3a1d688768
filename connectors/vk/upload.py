"""Files of answers: first uploaded, where nobody sees them yet, so that whatever fails here can be tried again."""

from collections.abc import Sequence
from typing import Final

import msgspec

from channelhub.domain.outbound import OutgoingFile
from channelhub.sdk.errors import Rejected, Unavailable
from channelhub.sdk.files import ANY, FileRules, no_files
from channelhub.sdk.uploads import upload_form
from connectors.vk.client import Refusal, Unclear, VkClient
from connectors.vk.comments import is_public
from connectors.vk.config import VkConfig
from connectors.vk.rights import without_right

MAX_FILES: Final = 10  # of one message
MAX_FILE_BYTES: Final = 50 * 1024 * 1024  # of a picture; documents may be larger
_RULES: Final = FileRules(most=MAX_FILES, types={ANY: MAX_FILE_BYTES})
_PICTURES: Final = frozenset({"image/jpeg", "image/png"})


class _Address(msgspec.Struct):
    upload_url: str


class _Picture(msgspec.Struct):
    server: int | str = ""
    photo: str = ""
    hash: str = ""


class _Document(msgspec.Struct):
    file: str = ""


class _Saved(msgspec.Struct):
    id: int
    owner_id: int
    access_key: str = ""


class _SavedDocument(msgspec.Struct):
    doc: _Saved


def file_rules(_config: VkConfig, key: str) -> FileRules:
    """Files go with messages, and never below comments."""
    return no_files("files can't be sent below comments") if is_public(key) else _RULES


async def uploaded(client: VkClient, peer: int, files: Sequence[OutgoingFile]) -> list[str]:
    """How each file is named in a message to this conversation.

    Raises Unavailable and AuthFailed, and Rejected for what VK never takes.
    """
    if why_not := _RULES.refusal(files):
        raise Rejected(why_not)
    return [await _one(client, peer, file) for file in files]


async def _one(client: VkClient, peer: int, file: OutgoingFile) -> str:
    is_picture = file.content_type.partition(";")[0].strip().lower() in _PICTURES
    try:
        return await (_picture if is_picture else _document)(client, peer, file)
    except Unclear as exc:
        raise Unavailable(str(exc)) from exc
    except Refusal as exc:
        if exc.is_of_rights:
            raise without_right(exc, "photos" if is_picture else "docs") from exc
        raise Rejected(f"VK doesn't take a file: {exc}") from exc


async def _picture(client: VkClient, peer: int, file: OutgoingFile) -> str:
    address = await client.ask("photos.getMessagesUploadServer", _Address, {"peer_id": peer})
    sent = await client.upload(address.upload_url, upload_form("photo", file), _Picture)
    if sent.photo in ("", "[]"):
        raise Rejected("VK doesn't take a picture of this kind or size")
    told = {"server": sent.server, "photo": sent.photo, "hash": sent.hash}
    saved = await client.ask("photos.saveMessagesPhoto", list[_Saved], told)
    if not saved:
        raise Unclear("photos.saveMessagesPhoto: VK names no picture")
    return _named("photo", saved[0])


async def _document(client: VkClient, peer: int, file: OutgoingFile) -> str:
    address = await client.ask("docs.getMessagesUploadServer", _Address, {"peer_id": peer, "type": "doc"})
    sent = await client.upload(address.upload_url, upload_form("file", file), _Document)
    if not sent.file:
        raise Rejected("VK doesn't take a file of this kind or size")
    told = {"file": sent.file, "title": file.filename}
    saved = await client.ask("docs.save", _SavedDocument, told)
    return _named("doc", saved.doc)


def _named(kind: str, saved: _Saved) -> str:
    return f"{kind}{saved.owner_id}_{saved.id}" + (f"_{saved.access_key}" if saved.access_key else "")
