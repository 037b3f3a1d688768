"""Invitations: accepted by rule, tried again later where joining fails for now."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import quote

from channelhub.sdk.errors import Unavailable
from connectors.matrix.client import AnswerTooLong, MatrixClient, Refused, Unclear
from connectors.matrix.config import MatrixConfig
from connectors.matrix.shapes import Invited, Membership, Peek, read

MAX_WAITING = 100
AGAIN_S = 60.0


class Invites:
    """What became of the invitations of one user. Those that wait are kept with the cursor, so a restart loses none."""

    def __init__(self, client: MatrixClient, config: MatrixConfig, me: str, log: Any) -> None:
        self._client = client
        self._config = config
        self._me = me
        self._log = log
        self._tried_s = -AGAIN_S

    def wanted(self, invited: Mapping[str, Invited]) -> list[str]:
        """The rooms of these invitations that the rule accepts."""
        found = [room for room, invite in invited.items() if self._is_wanted(invite)]
        if left := len(invited) - len(found):
            self._log.info("matrix.invites_left", count=left)
        return found

    async def accept(self, fresh: Sequence[str], waiting: Sequence[str], *, clock_s: float) -> tuple[str, ...]:
        """Join these rooms; those that can't be joined just now, to be tried again. Raises AuthFailed."""
        is_time = clock_s - self._tried_s >= AGAIN_S
        if is_time:
            self._tried_s = clock_s
        rooms = dict.fromkeys((*fresh, *waiting))
        left = [room for room in rooms if not (room in fresh or is_time) or not await self._join(room)]
        return tuple(left[:MAX_WAITING])

    async def _join(self, room: str) -> bool:
        """Whether nothing is left to do. Joining twice changes nothing."""
        try:
            await self._client.ask("POST", f"join/{quote(room, safe='')}", {})
        except Refused as exc:
            self._log.warning("matrix.invite_refused", code=exc.code)  # withdrawn, or the room is gone
        except (Unavailable, Unclear, AnswerTooLong) as exc:
            self._log.warning("matrix.join_failed", error=type(exc).__name__)
            return False
        return True

    def _is_wanted(self, invite: Invited) -> bool:
        if self._config.invites == "none":
            return False
        for event in invite.invite_state.events:
            peek = read(event, Peek) or Peek()
            if peek.type != "m.room.member" or peek.state_key != self._me:
                continue
            told = read(peek.content, Membership) or Membership()
            is_known = any(fnmatchcase(peek.sender, pattern) for pattern in self._config.inviters)
            return is_known and (told.is_direct or self._config.invites == "all")
        return False
