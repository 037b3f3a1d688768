"""A Bot API server for tests. It keeps, confirms and repeats updates as Telegram's own server does.

Faithful: offsets (a request with offset N deletes what is before N; a negative one keeps the last |N|), `limit`,
`timeout`, 409 for a second poller and for polling beside a webhook, 401 for a wrong token, webhook posts per chat in
order with repetitions, `retry_after`, `allowed_updates` (kinds nobody asked for are never queued). Not modelled: the 24
hours after which updates are deleted.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from channelhub.sdk.testing import Fault, VendorServer
from tests.servers.telegram_hooks import Hook, HookWorkers, info

TOKEN = "7391204518:AAExampleTokenOfATestBot"
SECOND_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class ApiError(Exception):
    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.parameters = parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    id: int
    chat_id: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file of a request."""

    name: str
    content_type: str
    content: bytes


@dataclass(slots=True)
class Sent:
    """One message that the server took."""

    fields: dict[str, Any]
    method: str = "sendmessage"

    @property
    def text(self) -> str:
        return str(self.fields["text"] if self.method == "sendmessage" else self.fields.get("caption", ""))

    @property
    def file(self) -> "Uploaded":
        found = self.fields[_FILE_OF[self.method]]
        assert isinstance(found, Uploaded)
        return found


@dataclass(kw_only=True)
class BotServer(VendorServer):
    """`async with BotServer() as server:` serves at `server.url`; `say` is a customer writing."""

    token: str = TOKEN
    hook_pause_s: float = 0.01
    max_wait_s: float = 50  # the longest that getUpdates waits, whatever `timeout` says
    queue: list[Queued] = field(default_factory=list)
    known: dict[int, Queued] = field(default_factory=dict)  # every update there ever was
    confirmed: list[int] = field(default_factory=list)  # update ids, in the order of their confirmation
    sent: list[Sent] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)  # file id → content
    places: dict[str, str] = field(default_factory=dict)  # file id → its path, where it isn't the usual one
    files_given: Counter[str] = field(default_factory=Counter)  # file id → how often its bytes were asked for
    file_pause_s: float = 0.0  # in the middle of each file
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refusals: dict[str, ApiError] = field(default_factory=dict)  # method → what it answers
    answered: list[str] = field(default_factory=list)  # presses of buttons
    floods: dict[str, int] = field(default_factory=dict)  # method → retry_after seconds
    floods_once: dict[str, int] = field(default_factory=dict)  # the same for one request
    moved: dict[int, int] = field(default_factory=dict)  # groups that became supergroups → their new ids
    drops_answers_of: set[str] = field(default_factory=set)  # methods that are done, then the connection breaks
    allowed: frozenset[str] = frozenset()  # kinds of updates that were asked for; empty: all that come by default
    is_backwards: bool = False  # updates are listed with the newest first, which Telegram never does
    next_update_id: int = 731_204_518
    _next_message_id: int = 5521
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _poller: "asyncio.Future[None] | None" = None
    _hooks: HookWorkers | None = None

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_route("*", "/bot{token}/{method}", self._call)
        router.add_get("/file/bot{token}/{path:.*}", self._file)

    async def close(self) -> None:
        if self._hooks:
            await self._hooks.close()
            self._hooks = None
        await super().close()

    # What customers do

    def say(self, text: str, *, user_id: int = 418_820_331, **fields: Any) -> int:
        """A private message; returns its update's id. `fields` are added to the message or replace its own."""
        self._next_message_id += 1
        person = {"id": user_id, "first_name": "Олена"}
        message = {
            "message_id": self._next_message_id,
            "from": person | {"is_bot": False, "language_code": "uk"},
            "chat": person | {"type": "private"},
            "date": int(time.time()),
            "text": text,
        }
        return self.put({"message": message | fields})

    def put(self, update: dict[str, Any], *, update_id: int | None = None) -> int:
        """Queue an update, without its id, as it is."""
        number = self.next_update_id if update_id is None else update_id
        body = next(iter(update.values()), None)
        chat = body.get("chat", {}) if isinstance(body, dict) else {}
        wire = json.dumps({"update_id": number} | update, ensure_ascii=False).encode()
        self.next_update_id = max(self.next_update_id, number + 1)
        if self._wants(update):
            self.put_wire(number, wire, chat_id=chat.get("id", 0))
        return number

    def put_wire(self, number: int, wire: bytes, *, chat_id: int = 0) -> None:
        """Queue bytes as they are, asked for or not; the server knows them by this number, whatever they say."""
        self.next_update_id = max(self.next_update_id, number + 1)
        self.known[number] = Queued(id=number, chat_id=chat_id, body=wire)
        self._offer(self.known[number])

    def _wants(self, update: dict[str, Any]) -> bool:
        kinds = set(update)
        return bool(kinds & self.allowed) if self.allowed else not kinds & NOT_BY_DEFAULT

    def _ask_for(self, fields: dict[str, Any]) -> None:
        """What is asked for once holds until something else is."""
        if "allowed_updates" in fields:
            self.allowed = frozenset(json.loads(fields["allowed_updates"]))

    def offer_again(self, number: int) -> None:
        """As if this update had never been confirmed."""
        if all(queued.id != number for queued in self.queue):
            self.confirmed = [other for other in self.confirmed if other != number]
            self._offer(self.known[number])

    def _offer(self, update: Queued) -> None:
        self.queue = sorted([*self.queue, update], key=lambda queued: queued.id)
        if self._hooks:
            self._hooks.put(update.chat_id, update.id, update.body)
        self._news.set()

    def hang_up(self) -> None:
        """Break off the posts that are under way, as if their answers were lost."""
        if self._hooks:
            self._hooks.hang_up()

    @property
    def is_polled(self) -> bool:
        """Whether a request waits for updates now."""
        return self._poller is not None and not self._poller.done()

    @property
    def hook(self) -> Hook | None:
        return self._hooks.hook if self._hooks else None

    # The methods

    async def _call(self, request: web.Request) -> web.Response:
        return await self._answer(request.match_info["token"], _method(request), await _fields(request))

    def fault_of(self, request: web.Request) -> Fault | None:
        return super().fault_of(request) or (Fault.RESET_AFTER if _method(request) in self.drops_answers_of else None)

    def rate_limited(self, retry_after_s: int) -> web.Response:
        return web.json_response(
            {
                "ok": False,
                "error_code": 429,
                "description": f"Too Many Requests: retry after {retry_after_s}",
                "parameters": {"retry_after": retry_after_s},
            },
            status=429,
            headers={"Retry-After": str(retry_after_s)},
        )

    def failed(self, status: int) -> web.Response:
        words = {500: "Internal Server Error", 502: "Bad Gateway"}[status]
        return web.json_response({"ok": False, "error_code": status, "description": words}, status=status)

    async def _answer(self, token: str, method: str, fields: dict[str, Any]) -> web.Response:
        self.calls.append((method, fields))
        try:
            if token != self.token:
                raise ApiError(401, "Unauthorized")
            if method in self.refusals:
                raise self.refusals[method]
            if method in self.floods_once:
                return self.rate_limited(self.floods_once.pop(method))
            if method in self.floods:
                return self.rate_limited(self.floods[method])
            if method not in _METHODS:
                raise ApiError(404, "Not Found")
            result = await _METHODS[method](self, fields)
        except ApiError as exc:
            refusal: dict[str, Any] = {"ok": False, "error_code": exc.code, "description": str(exc)}
            if exc.parameters:
                refusal["parameters"] = exc.parameters
            return web.json_response(refusal, status=exc.code)
        return web.Response(body=b'{"ok":true,"result":' + result + b"}", content_type="application/json")

    async def _get_me(self, fields: dict[str, Any]) -> bytes:
        number = int(self.token.partition(":")[0])
        return _wire({"id": number, "is_bot": True, "first_name": "Shop", "username": "shop_help_bot"})

    async def _get_updates(self, fields: dict[str, Any]) -> bytes:
        if self._hooks:
            raise ApiError(409, WEBHOOK_ACTIVE)
        if self._poller and self.is_polled:
            self._poller.set_exception(ApiError(409, SECOND_POLLER))
        mine = self._poller = asyncio.get_running_loop().create_future()
        try:
            return await self._wait_for_updates(fields, mine)
        finally:
            mine.cancel()  # a poller that hung up is in nobody's way

    async def _wait_for_updates(self, fields: dict[str, Any], mine: "asyncio.Future[None]") -> bytes:
        offset = int(fields.get("offset", 0))
        self._ask_for(fields)
        self._confirm(offset)
        limit = max(1, min(int(fields.get("limit", 100)), 100))
        deadline = time.monotonic() + min(int(fields.get("timeout", 0)), self.max_wait_s)
        while not self.queue and time.monotonic() < deadline:
            self._news.clear()
            news = asyncio.ensure_future(self._news.wait())
            try:
                await asyncio.wait({mine, news}, timeout=deadline - time.monotonic(), return_when="FIRST_COMPLETED")
            finally:
                news.cancel()
            if mine.done():
                mine.result()
            self._confirm(max(offset, 0))
        listed = self.queue[:limit][:: -1 if self.is_backwards else 1]
        return b"[" + b",".join(queued.body for queued in listed) + b"]"

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            kept = self.queue[offset:]
        elif offset > 0:
            kept = [queued for queued in self.queue if queued.id >= offset]
        else:
            return
        self.confirmed += [queued.id for queued in self.queue if queued not in kept]
        self.queue = kept

    async def _set_webhook(self, fields: dict[str, Any]) -> bytes:
        if self._hooks:
            await self._hooks.close()
            self._hooks = None
        if not fields.get("url"):
            return b"true"
        self._ask_for(fields)
        hook = Hook(
            url=str(fields["url"]),
            secret=str(fields.get("secret_token", "")),
            max_connections=int(fields.get("max_connections", 40)),
        )
        self._hooks = HookWorkers(
            hook, now_s=lambda: int(time.time()), done=lambda number: self._delivered(number), pause_s=self.hook_pause_s
        )
        for queued in self.queue:
            self._hooks.put(queued.chat_id, queued.id, queued.body)
        return b"true"

    def _delivered(self, number: int) -> None:
        self.confirmed.append(number)
        self.queue = [queued for queued in self.queue if queued.id != number]

    async def _delete_webhook(self, fields: dict[str, Any]) -> bytes:
        if str(fields.get("drop_pending_updates", "")).lower() == "true":
            self.queue.clear()
        return await self._set_webhook({})

    async def _get_webhook_info(self, fields: dict[str, Any]) -> bytes:
        return _wire(info(self.hook, len(self.queue)))

    async def _send_message(self, fields: dict[str, Any]) -> bytes:
        text = str(fields.get("text", ""))
        if not text.strip():
            raise ApiError(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            raise ApiError(400, "Bad Request: message is too long")
        return self._sent(Sent(fields), {"text": text})

    async def _send_file(self, method: str, fields: dict[str, Any]) -> bytes:
        file = fields.get(_FILE_OF[method])
        if not isinstance(file, Uploaded) or not file.content:
            raise ApiError(400, f"Bad Request: there is no {_FILE_OF[method]} in the request")
        if len(file.content) > (10 if method == "sendphoto" else 50) * 2**20:
            raise ApiError(400, "Bad Request: file is too big")
        if len(str(fields.get("caption", "")).encode("utf-16-le")) // 2 > 1024:
            raise ApiError(400, "Bad Request: message caption is too long")
        return self._sent(Sent(fields, method), {"caption": fields.get("caption", "")})

    def _sent(self, sent: Sent, words: dict[str, Any]) -> bytes:
        chat_id = int(sent.fields["chat_id"])
        if chat_id in self.moved:
            raise ApiError(
                400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=self.moved[chat_id]
            )
        self._next_message_id += 1
        self.sent.append(sent)
        chat = {"id": chat_id, "type": "private" if chat_id > 0 else "supergroup"}
        return _wire({"message_id": self._next_message_id, "date": int(time.time()), "chat": chat} | words)

    async def _answer_callback_query(self, fields: dict[str, Any]) -> bytes:
        self.answered.append(str(fields["callback_query_id"]))
        return b"true"

    async def _get_file(self, fields: dict[str, Any]) -> bytes:
        file_id = str(fields.get("file_id", ""))
        if file_id not in self.files:
            raise ApiError(400, "Bad Request: invalid file_id")
        if len(self.files[file_id]) > 20 * 1024 * 1024:
            raise ApiError(400, "Bad Request: file is too big")
        path = self.places.get(file_id, f"documents/{file_id}")
        return _wire({"file_id": file_id, "file_unique_id": f"u{file_id}", "file_path": path})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        content = self.files.get(request.match_info["path"].rpartition("/")[2])
        if content is None or request.match_info["token"] != self.token:
            return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
        self.files_given[request.match_info["path"].rpartition("/")[2]] += 1
        if not self.file_pause_s:
            return web.Response(body=content)
        response = web.StreamResponse()
        response.content_length = len(content)
        await response.prepare(request)
        await response.write(content[: len(content) // 2])
        await asyncio.sleep(self.file_pause_s)
        await response.write(content[len(content) // 2 :])
        return response


_FILE_OF = {
    "sendphoto": "photo",
    "sendvideo": "video",
    "sendaudio": "audio",
    "sendvoice": "voice",
    "senddocument": "document",
}
_METHODS: dict[str, Callable[[BotServer, dict[str, Any]], Awaitable[bytes]]] = {
    "getme": BotServer._get_me,
    "getupdates": BotServer._get_updates,
    "setwebhook": BotServer._set_webhook,
    "deletewebhook": BotServer._delete_webhook,
    "getwebhookinfo": BotServer._get_webhook_info,
    "sendmessage": BotServer._send_message,
    "answercallbackquery": BotServer._answer_callback_query,
    "getfile": BotServer._get_file,
}


def _sending(method: str) -> Callable[[BotServer, dict[str, Any]], Awaitable[bytes]]:
    return lambda server, fields: server._send_file(method, fields)


_METHODS |= {method: _sending(method) for method in _FILE_OF}


def _method(request: web.Request) -> str:
    return request.match_info.get("method", "").lower()


async def _fields(request: web.Request) -> dict[str, Any]:
    """Parameters from the query, a form or JSON, as the real server takes them."""
    fields: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        return fields | await request.json()
    return fields | {name: _value(value) for name, value in (await request.post()).items()}


def _value(value: str | bytes | bytearray | web.FileField) -> Any:
    if not isinstance(value, web.FileField):
        return value
    return Uploaded(value.filename, value.content_type, value.file.read())


def _wire(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
