"""What of ours is in its channel already, by the nonce it was sent with: answers of Discord, and its events."""

from typing import Final

import msgspec

from channelhub.sdk.json_parts import UNREADABLE
from connectors.discord.shapes import Frame, Snowflake

MOST: Final = 2000


class _Echo(msgspec.Struct, frozen=True):
    id: Snowflake
    nonce: str | int | None = None


class Echoes:
    """The newest ones of one account."""

    def __init__(self) -> None:
        self._sent: dict[str, str] = {}

    def hear(self, frame: Frame) -> None:
        """A message that somebody sent; another's nonce is none of ours."""
        try:
            echo = msgspec.json.decode(frame.d, type=_Echo)
        except UNREADABLE:
            return
        if isinstance(echo.nonce, str):
            self.note(echo.nonce, echo.id)

    def note(self, nonce: str, message_id: str) -> None:
        while len(self._sent) >= MOST:
            del self._sent[next(iter(self._sent))]
        self._sent[nonce] = message_id

    def sent_as(self, nonce: str) -> str:
        """The message's id; empty where none is known."""
        return self._sent.get(nonce, "")
