"""A hub whose live stream breaks as a test wants it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Hub(ThreadingHTTPServer):
    """Answers each request with the next of `answers`: a status, or the bytes of a stream that then breaks."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.answers: list[int | bytes] = []
        self.resumed: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answering(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        self.server.resumed.append(self.headers["Last-Event-ID"])
        answer = self.server.answers.pop(0)
        self.send_response(answer if isinstance(answer, int) else 200)
        self.end_headers()
        if isinstance(answer, bytes):
            self.wfile.write(answer)

    def log_message(self, *_args: object) -> None: ...


@contextmanager
def streaming() -> Iterator[Hub]:
    with Hub() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


def frame(number: int) -> bytes:
    """An event as it goes over the wire."""
    body = {
        "id": str(number), "type": "connector.up", "version": 1, "timestamp": "2026-03-02T09:00:00Z",
        "account": "mail", "replayed": False,
        "data": {"account": "mail", "kind": "smtp", "state": "ok", "detail": ""},
    }  # fmt: skip
    return f"id: {number}\nevent: connector.up\ndata: {json.dumps(body)}\n\n".encode()
