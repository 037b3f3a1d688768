"""Files at a Mastodon instance for tests: uploaded, worked on for a while, and then part of one post each."""

from dataclasses import dataclass, field

from aiohttp import BodyPartReader, web


@dataclass(kw_only=True)
class Upload:
    """One file. It is ready when it was looked at `looks` more times."""

    name: str
    content_type: str
    content: bytes
    looks: int = 0
    is_attached: bool = False


@dataclass(kw_only=True)
class Uploads:
    """By their ids. `looks` is how often a file is still worked on when it is asked for."""

    looks: int = 0
    asked: int = 0
    kept: dict[str, Upload] = field(default_factory=dict)

    async def answer(self, request: web.Request, path: str) -> web.Response | None:
        """To what is asked of files; None to everything else."""
        match [request.method, *path.split("/")]:
            case ["POST", "v2", "media"]:
                return self._told(await self._take(request), working=202)
            case ["GET", "v1", "media", number] if number in self.kept:
                self.asked += 1
                self.kept[number].looks -= 1
                return self._told(number, working=206)
        return None

    def fault(self, ids: list[str]) -> str:
        """Why files can't go with one post, in the words of an instance."""
        files = [self.kept.get(number) for number in ids]
        if len(ids) > 4:
            return "Validation failed: Cannot attach more than 4 files"
        if any(file is None or file.is_attached for file in files):
            return "Media not found or already attached to another post"
        if any(file and file.looks > 0 for file in files):
            return "Validation failed: Cannot attach files that have not finished processing. Try again in a moment!"
        if len(files) > 1 and any(file and file.content_type.startswith(("video/", "audio/")) for file in files):
            return "Validation failed: Cannot attach a video to a post that already contains images"
        return ""

    def attach(self, ids: list[str]) -> None:
        for number in ids:
            self.kept[number].is_attached = True

    async def _take(self, request: web.Request) -> str:
        part = await (await request.multipart()).next()
        assert isinstance(part, BodyPartReader)
        assert part.name == "file"
        number = str(len(self.kept) + 1)
        self.kept[number] = Upload(
            name=part.filename or "",
            content_type=part.headers["Content-Type"],
            content=bytes(await part.read()),
            looks=self.looks,
        )
        return number

    def _told(self, number: str, *, working: int) -> web.Response:
        is_ready = self.kept[number].looks <= 0
        told = {"id": number, "type": "image", "url": f"https://files.example/{number}" if is_ready else None}
        return web.json_response(told, status=200 if is_ready else working)
