"""Files of answers at addresses of the hub in memory, for channels that fetch them."""

from urllib.parse import quote

from aiohttp import web

from channelhub.content.filenames import address_name
from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.sdk.file_addresses import PREVIEW_PATH


def card_url(base_url: str, identity: str, minutes: int) -> str:
    """The `card_url` of a Context, below the server's address; what is signed elsewhere is told in the open."""
    return f"{base_url}/card{f'/{minutes}' if minutes else ''}?identity={quote(identity, safe='')}"


class AddressedFiles:
    """`files` are those that got an address, in order; one file may have several."""

    def __init__(self) -> None:
        self.files: list[OutgoingFile] = []

    def url(self, base_url: str, message: Outbound, place: int) -> str:
        """The `file_url` of a Context, below the server's address."""
        self.files.append(file := message.attachments[place])
        return f"{base_url}/files/{len(self.files) - 1}/{address_name(file.filename)}"

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Serve them, and the picture that stands for what has no small one."""
        router.add_get(PREVIEW_PATH, self._preview)
        router.add_get("/files/{number}/{name}", self._serve)

    async def _preview(self, _request: web.Request) -> web.Response:
        return web.Response(body=b"\x89PNG\r\n\x1a\n", content_type="image/png")

    async def _serve(self, request: web.Request) -> web.Response:
        file = self.files[int(request.match_info["number"])]
        return web.Response(body=file.content, headers={"Content-Type": file.content_type})
