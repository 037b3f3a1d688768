"""The exchanges of AUTH: PLAIN (RFC 4616) and LOGIN, as values that are fed the client's lines. Pure."""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Protocol

_CANCEL = b"*"
_EMPTY = "="  # RFC 4954 §4: an initial response of no bytes


class BadExchange(Exception):
    """The client's words make no sense, or it cancels. The text is what follows 501 in the reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Who a client says it is."""

    name: str
    password: str = field(repr=False)


class Exchange(Protocol):
    """One attempt to sign in. `prompt` is what to send after 334."""

    @property
    def prompt(self) -> str: ...

    def begin(self, initial: str) -> Credentials | None:
        """Take what stood in the command. None: `prompt` the client. Raises `BadExchange`."""

    def take(self, line: bytes) -> Credentials | None:
        """Take the client's line. None: `prompt` it again. Raises `BadExchange`."""


class Plain:
    """One line: NUL, name, NUL, password, perhaps with the name once more before the first NUL."""

    prompt = ""

    def begin(self, initial: str) -> Credentials | None:
        return self.take(b"" if initial == _EMPTY else initial.encode()) if initial else None

    def take(self, line: bytes) -> Credentials:
        acting_as, _, rest = _decoded(line).partition("\0")
        name, nul, password = rest.partition("\0")
        if not (name and nul and password) or "\0" in password or acting_as not in ("", name):
            raise BadExchange("5.5.2 Not the form of PLAIN")
        return Credentials(name=name, password=password)


class Login:
    """Two lines, each asked for: name, then password."""

    def __init__(self) -> None:
        self._name = ""

    @property
    def prompt(self) -> str:
        return base64.b64encode(b"Password:" if self._name else b"Username:").decode()

    def begin(self, initial: str) -> Credentials | None:
        return self.take(initial.encode()) if initial else None

    def take(self, line: bytes) -> Credentials | None:
        text = _decoded(line)
        if not text or "\0" in text:
            raise BadExchange("5.5.2 Not the form of LOGIN")
        if self._name:
            return Credentials(name=self._name, password=text)
        self._name = text
        return None


MECHANISMS: dict[str, type[Plain] | type[Login]] = {"PLAIN": Plain, "LOGIN": Login}


def _decoded(line: bytes) -> str:
    if line.strip() == _CANCEL:
        raise BadExchange("5.7.0 Cancelled")
    try:
        return base64.b64decode(line.strip(), validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise BadExchange("5.5.2 Not base64 of UTF-8") from error
