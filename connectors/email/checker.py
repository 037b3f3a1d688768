"""Checks of our own, made by a child process: what a stranger signed is not computed in the service.

The child is started with the first mail, answers many at once, and is killed when it answers no more. Every question
has a time cap; beyond it, and beyond `MOST_ASKED` at once, the answer is that nothing is proved.
"""

import asyncio
import contextlib
import itertools
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process

import msgspec

from channelhub.sdk.contract import Logger
from connectors.email.trust_config import TrustConfig

HEADER_BYTES = 4
MAX_ANSWER_BYTES = 64 * 1024
MOST_ASKED = 32
MOST_ASKED_BYTES = 64 * 1024 * 1024  # of mails at one moment; the child holds them in its memory
MOST_UNANSWERED = 5  # in a row; then the child is taken for stuck
RESTART_S = 5.0
UNKNOWN = {"dmarc": "temperror", "auth_by": "here"}


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A mail to check. `peer` is empty where SPF can't be asked for; `author` is the domain in From, or empty."""

    body: bytes
    peer: str
    helo: str
    mail_from: str
    author: str
    id: int = 0
    timeout_s: float = 0.0
    dns_servers: tuple[str, ...] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, as facts for the envelope."""

    id: int
    facts: dict[str, str]


_encode = msgspec.msgpack.Encoder().encode
_answer = msgspec.msgpack.Decoder(Answer)


class Checker:
    """Asks the child. Nothing here raises but CancelledError."""

    def __init__(self, config: TrustConfig, *, log: Logger, command: tuple[str, ...] = ()) -> None:
        self._config = config
        self._log = log
        self._command = command or (sys.executable, "-m", "connectors.email.mailauth_child")
        self._process: Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self._waiting: dict[int, asyncio.Future[dict[str, str]]] = {}
        self._numbers = itertools.count(1)
        self._asked_bytes = 0
        self._unanswered = 0
        self._start_at_s = 0.0
        self._starting = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return self._process.pid if self._process is not None else None

    async def ask(self, question: Question) -> dict[str, str]:
        """The facts for the envelope, within `check_timeout_s`."""
        size = len(question.body)
        if len(self._waiting) >= MOST_ASKED or self._asked_bytes + size > MOST_ASKED_BYTES:
            return dict(UNKNOWN)
        number = next(self._numbers)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[dict[str, str]] = loop.create_future()
        self._waiting[number] = answer
        self._asked_bytes += size
        try:
            async with asyncio.timeout(self._config.check_timeout_s):
                if not await self._send(question, number):
                    return dict(UNKNOWN)
                facts = await answer
        except TimeoutError:
            self._missed()
            return dict(UNKNOWN)
        finally:
            del self._waiting[number]
            self._asked_bytes -= size
        self._unanswered = 0
        return facts

    async def close(self) -> None:
        """End the child."""
        self._kill()
        listening, self._listening = self._listening, None
        if listening is not None:
            await asyncio.gather(listening, return_exceptions=True)

    async def _send(self, question: Question, number: int) -> bool:
        process = await self._running()
        if process is None or process.stdin is None:
            return False
        asked = msgspec.structs.replace(
            question, id=number, timeout_s=self._config.check_timeout_s, dns_servers=self._config.dns_servers
        )
        payload = _encode(asked)
        with contextlib.suppress(ConnectionError, RuntimeError):  # its death is told by the listener
            process.stdin.write(len(payload).to_bytes(HEADER_BYTES) + payload)
            await process.stdin.drain()
            return True
        return False

    async def _running(self) -> Process | None:
        """The child, started when there is none; None so soon after it died."""
        async with self._starting:
            loop = asyncio.get_running_loop()
            if self._process is None and loop.time() >= self._start_at_s:
                self._start_at_s = loop.time() + RESTART_S
                try:
                    self._process = await asyncio.create_subprocess_exec(
                        *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL
                    )
                except OSError as exc:
                    self._log.warning("mailauth.not_started", error=exc.strerror)
                    return None
                self._listening = asyncio.create_task(self._listen(self._process), name="mailauth child")
            return self._process

    async def _listen(self, process: Process) -> None:
        assert process.stdout is not None
        try:
            while True:
                size = int.from_bytes(await process.stdout.readexactly(HEADER_BYTES))
                if size > MAX_ANSWER_BYTES:
                    break
                answer = _answer.decode(await process.stdout.readexactly(size))
                waiting = self._waiting.get(answer.id)
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer.facts)
        except (asyncio.IncompleteReadError, ConnectionError, msgspec.MsgspecError):
            pass
        finally:
            if self._process is process:
                self._process = None
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            code = await process.wait()
            self._log.info("mailauth.child_ended", code=code)
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_result(dict(UNKNOWN))

    def _missed(self) -> None:
        self._unanswered += 1
        if self._unanswered >= MOST_UNANSWERED:
            self._unanswered = 0
            self._log.warning("mailauth.child_stuck")
            self._kill()

    def _kill(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
