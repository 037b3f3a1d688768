"""Files as they go to a channel's server."""

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from channelhub.domain.outbound import OutgoingFile
from channelhub.sdk.uploads import UNKNOWN_TYPE, upload_form


async def taken(file: OutgoingFile, others: dict[str, str]) -> list[tuple[str, str | None, str, bytes]]:
    """What a server reads of it: name, file name, type and content of each part."""
    parts: list[tuple[str, str | None, str, bytes]] = []

    async def take(request: web.Request) -> web.Response:
        async for part in await request.multipart():
            assert isinstance(part, aiohttp.BodyPartReader)
            content = bytes(await part.read())
            parts.append((part.name or "", part.filename, part.headers.get("Content-Type", ""), content))
        return web.Response()

    app = web.Application()
    app.router.add_post("/", take)
    form = upload_form("photo", file, others)
    async with (
        TestServer(app) as server,
        aiohttp.ClientSession() as http,
        http.post(server.make_url("/"), data=form) as answer,
    ):
        assert answer.status == 200
    return parts


@pytest.mark.parametrize(
    ("name", "shown"),
    [("чек №1.pdf", "чек №1.pdf"), ('a"; name="chat_id', "a; name=chat_id"), ("a\r\nX: y", "aX: y"), ("\n", "file")],
)
async def test_file_goes_after_the_fields_under_its_own_name(name: str, shown: str) -> None:
    file = OutgoingFile(filename=name, content_type="image/png", size=2, sha256="", content=b"\x00p")

    assert await taken(file, {"chat_id": "5", "caption": "вже їде"}) == [
        ("chat_id", None, "text/plain; charset=utf-8", b"5"),
        ("caption", None, "text/plain; charset=utf-8", "вже їде".encode()),
        ("photo", shown, "image/png", b"\x00p"),
    ]


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("Image/PNG ; charset=x", "image/png"),
        ("application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
        ("", UNKNOWN_TYPE),
        ("image", UNKNOWN_TYPE),
        ("image/png\r\nX: y", UNKNOWN_TYPE),
        ("картинка/png", UNKNOWN_TYPE),
    ],
)
async def test_what_is_no_type_breaks_no_header(told: str, kind: str) -> None:
    file = OutgoingFile(filename="a", content_type=told, size=1, sha256="", content=b"p")

    assert await taken(file, {}) == [("photo", "a", kind, b"p")]
