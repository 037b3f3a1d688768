"""Nine receivers of alerts on one local port: each checks what it is sent as its vendor does, and has bad days."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

KEY = "a-key-of-a-test-7d1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that was understood."""

    kind: str
    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass(slots=True)
class BadDay:
    """What the next request of a kind meets. `takes`: it is taken all the same, only the answer is bad or lost."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""
    hangs: bool = False
    resets: bool = False
    takes: bool = False


class Wrong(Exception):
    """The vendor would refuse this."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


Answer = Callable[["Receivers", Call], web.Response]


class Receivers:
    """`{url}/pagerduty` is PagerDuty, and so on. `calls` holds what was taken, in order."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.bad_days: dict[str, list[BadDay]] = {}
        self.asked: list[str] = []
        self.numbers = iter(range(1, 10_000))
        self.incidents: dict[str, dict[str, Any]] = {}
        self._stopped = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{kind}/{tail:.*}", self._serve)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        assert site._server is not None
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        assert self._runner is not None
        await self._runner.cleanup()

    def bad(self, kind: str, *days: BadDay) -> None:
        self.bad_days.setdefault(kind, []).extend(days)

    def of(self, kind: str) -> list[Call]:
        return [one for one in self.calls if one.kind == kind]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        kind, raw = request.match_info["kind"], await request.read()
        self.asked.append(kind)
        days = self.bad_days.get(kind, [])
        day = days.pop(0) if days else None
        if day is not None and not day.takes:
            return await self._spoil(request, day)
        path = request.raw_path.removeprefix(f"/{kind}")
        body = json.loads(raw) if raw else None
        call = Call(kind=kind, method=request.method, path=path, headers=dict(request.headers), body=body)
        try:
            if body is not None and not request.headers.get("Content-Type", "").startswith("application/json"):
                raise Wrong(415, "not JSON")
            answer = _ANSWERS[kind](self, call)
        except Wrong as exc:
            return web.json_response({"message": str(exc)}, status=exc.status)
        self.calls.append(call)
        return answer if day is None else await self._spoil(request, day)

    async def _spoil(self, request: web.Request, day: BadDay) -> web.StreamResponse:
        if day.hangs:
            await self._stopped.wait()
        if day.resets:
            assert request.transport is not None
            request.transport.abort()
            await asyncio.sleep(0)
        return web.Response(status=day.status or 500, headers=day.headers, text=day.text)


def _need(claim: object, reason: str, status: int = 400) -> None:
    if not claim:
        raise Wrong(status, reason)


def _pagerduty(server: Receivers, call: Call) -> web.Response:
    body = call.body
    _need((call.method, call.path) == ("POST", "/v2/enqueue"), "no such method", 404)
    _need(body["routing_key"] == KEY, "Invalid routing key")
    _need(body["event_action"] in ("trigger", "acknowledge", "resolve"), "event_action")
    _need(0 < len(body["dedup_key"]) <= 255, "dedup_key")
    if body["event_action"] == "trigger":
        payload = body["payload"]
        _need(0 < len(payload["summary"]) <= 1024 and payload["source"], "summary and source are required")
        _need(payload["severity"] in ("critical", "error", "warning", "info"), "severity")
        _need("T" in payload["timestamp"], "timestamp")
        _need(all(link["href"] for link in body["links"]), "links")
    answer = {"status": "success", "message": "Event processed", "dedup_key": body["dedup_key"]}
    return web.json_response(answer, status=202)


def _opsgenie(server: Receivers, call: Call) -> web.Response:
    body = call.body
    _need(call.headers.get("Authorization") == f"GenieKey {KEY}", "Key format is not valid!", 403)
    if call.path == "/v2/alerts":
        _need(0 < len(body["message"]) <= 130, "message")
        _need(0 < len(body["alias"]) <= 512, "alias")
        _need(body["priority"] in ("P1", "P2", "P3", "P4", "P5"), "priority")
        _need(all(isinstance(value, str) for value in body["details"].values()), "details")
    else:
        parts = call.path.split("/")
        _need(parts[1:3] == ["v2", "alerts"], "no such method", 404)
        _need(parts[4] in ("close?identifierType=alias", "notes?identifierType=alias"), "no such method", 404)
        _need(body["note"], "note")
    return web.json_response({"result": "Request will be processed", "took": 0.1, "requestId": "r"}, status=202)


def _alertmanager(server: Receivers, call: Call) -> web.Response:
    _need((call.method, call.path) == ("POST", "/api/v2/alerts"), "no such method", 404)
    _need(call.headers.get("Authorization") == f"Bearer {KEY}", "who are you?", 401)
    _need(isinstance(call.body, list) and call.body, "a list of alerts")
    for alert in call.body:
        _need(alert["labels"]["alertname"], "at least one label pair required")
        _need(all(isinstance(value, str) for value in alert["labels"].values()), "labels")
        _need(all(isinstance(value, str) for value in alert["annotations"].values()), "annotations")
        _need(alert["startsAt"] < alert["endsAt"], "start time must be before end time")
    return web.Response(status=200)


def _slack(server: Receivers, call: Call) -> web.Response:
    if call.headers.get("Authorization") != f"Bearer {KEY}":
        return web.json_response({"ok": False, "error": "invalid_auth"})
    body = call.body
    method = call.path.removeprefix("/api/")
    _need(body["text"] and len(body["text"]) <= 40_000, "no_text")
    if method == "chat.update":
        _need(body["ts"] and body["channel"] == "C1", "message_not_found")
        return web.json_response({"ok": True, "channel": "C1", "ts": body["ts"]})
    _need(method == "chat.postMessage", "unknown_method", 404)
    if body["channel"] not in ("C1", "#support"):
        return web.json_response({"ok": False, "error": "channel_not_found"})
    return web.json_response({"ok": True, "channel": "C1", "ts": f"1772373909.{next(server.numbers):06d}"})


def _slack_webhook(server: Receivers, call: Call) -> web.Response:
    _need(call.path == f"/services/{KEY}", "no_service", 404)
    _need(call.body["text"] or call.body["attachments"], "no_text")
    return web.Response(text="ok")


def _mattermost(server: Receivers, call: Call) -> web.Response:
    _need(call.path == f"/hooks/{KEY}", "Invalid webhook", 400)
    _need(call.body["attachments"][0]["fallback"], "Unable to parse incoming data")
    return web.Response(text="ok", content_type="text/plain")


def _teams(server: Receivers, call: Call) -> web.Response:
    _need(call.path == f"/workflows/{KEY}?api-version=1", "WorkflowNotFound", 404)
    _need(call.body["type"] == "message", "type")
    (attachment,) = call.body["attachments"]
    _need(attachment["contentType"] == "application/vnd.microsoft.card.adaptive", "contentType")
    card = attachment["content"]
    _need(card["type"] == "AdaptiveCard" and card["version"] == "1.4" and card["body"], "card")
    return web.Response(status=202)


def _telegram(server: Receivers, call: Call) -> web.Response:
    _, bot, method = call.path.split("/")
    if bot != f"bot{KEY}":
        return web.json_response({"ok": False, "error_code": 401, "description": "Unauthorized"}, status=401)
    body = call.body
    if body["chat_id"] != "-100":
        return web.json_response(
            {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}, status=400
        )
    _need(0 < len(body["text"]) <= 4096 and "parse_mode" not in body, "text")
    if method == "editMessageText":
        _need(isinstance(body["message_id"], int), "message_id")
        same = [one for one in server.of("telegram") if one.path == call.path and one.body["text"] == body["text"]]
        if same:
            answer = {"ok": False, "error_code": 400, "description": "Bad Request: message is not modified: same"}
            return web.json_response(answer, status=400)
        return web.json_response({"ok": True, "result": {"message_id": body["message_id"]}})
    _need(method == "sendMessage", "Not Found", 404)
    return web.json_response({"ok": True, "result": {"message_id": next(server.numbers)}})


def _ntfy(server: Receivers, call: Call) -> web.Response:
    _need(call.headers.get("Authorization") == f"Bearer {KEY}", "forbidden", 403)
    body = call.body
    _need(call.path == "/" and body["topic"] == "support", "topic")
    _need(body["priority"] in (1, 2, 3, 4, 5) and isinstance(body["tags"], list), "priority")
    _need(len(body["message"].encode()) <= 4096, "message")
    return web.json_response({"id": f"m{next(server.numbers)}", "event": "message", "topic": body["topic"]})


def _statuspage(server: Receivers, call: Call) -> web.Response:
    _need(call.headers.get("Authorization") == f"OAuth {KEY}", "Could not authenticate", 401)
    start, _, rest = call.path.partition("/incidents")
    _need(start == "/v1/pages/p1", "Not found", 404)
    if call.method == "GET":
        return web.json_response([one for one in server.incidents.values() if one["status"] != "resolved"])
    incident = call.body["incident"]
    _need(incident["status"] in ("investigating", "identified", "monitoring", "resolved"), "status", 422)
    if call.method == "POST":
        _need(incident["name"], "name can't be blank", 422)
        made = {"id": f"i{next(server.numbers)}", **incident}
        server.incidents[made["id"]] = made
        return web.json_response(made, status=201)
    _need(call.method == "PATCH" and rest[1:] in server.incidents, "Not found", 404)
    server.incidents[rest[1:]] |= incident
    return web.json_response(server.incidents[rest[1:]])


_ANSWERS: dict[str, Answer] = {
    "pagerduty": _pagerduty,
    "opsgenie": _opsgenie,
    "alertmanager": _alertmanager,
    "slack": _slack,
    "slack_webhook": _slack_webhook,
    "mattermost": _mattermost,
    "teams": _teams,
    "telegram": _telegram,
    "ntfy": _ntfy,
    "statuspage": _statuspage,
}


async def until(claim: Callable[[], bool | Awaitable[bool]], *, within_s: float = 15.0) -> None:
    """Wait for a condition; fails when it doesn't come true."""
    async with asyncio.timeout(within_s):
        while True:
            found = claim()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.01)
