"""A server that answers each request as a test wants it, and remembers what was asked."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: HTTPMessage
    body: bytes
    peer_port: int


@dataclass(frozen=True)
class Answer:
    """`drips`: each of its bytes after so many seconds. `is_end`: the connection is closed after it, unsaid;
    `is_lost`: instead of it."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    drip_s: float = 0.0
    is_end: bool = False
    is_lost: bool = False


class Scripted(ThreadingHTTPServer):
    """Answers with the next of `answers`; the last one again and again."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.answers: list[Answer] = [Answer()]
        self.asked: list[Asked] = []
        self.answer_to: Callable[[str], Answer] | None = None  # of a path, instead of `answers`
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answering(BaseHTTPRequestHandler):
    server: Scripted
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append(Asked(self.command, self.path, self.headers, body, self.client_address[1]))
        answers = self.server.answers
        if self.server.answer_to is not None:
            answer = self.server.answer_to(self.path)
        else:
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer.is_lost:
            self.close_connection = True
            return
        with suppress(OSError):
            self.send_response(answer.status)
            for name, value in ({"Content-Length": str(len(answer.body))} | answer.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self._write(answer)
        if answer.is_end:
            self.close_connection = True
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

    def _write(self, answer: Answer) -> None:
        if not answer.drip_s:
            self.wfile.write(answer.body)
            return
        for place in range(len(answer.body)):
            self.wfile.write(answer.body[place : place + 1])
            if self.server.stopping.wait(answer.drip_s):
                return

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def handle_one_request(self) -> None:
        with suppress(ConnectionError):  # the client went away
            super().handle_one_request()

    def log_message(self, *_args: object) -> None: ...


@contextmanager
def scripted() -> Iterator[Scripted]:
    with Scripted() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.stopping.set()
        server.shutdown()
