"""How people prove who they are: a password, and a one-time code where they have switched that on.

Wrong login, wrong password, wrong code and disabled person are answered alike, and for each a password is reckoned.
Tries are bounded by origin, by login from one origin, and by login from everywhere: guessing gets nowhere.
"""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiohttp import web

from channelhub.rules import sealing, totp
from channelhub.rules.credentials import is_login
from channelhub.store import users
from channelhub.store.database import Session
from channelhub.store.opening import Store
from channelhub.store.users import User
from channelhub.web import signin, tokens
from channelhub.web.passwords import Passwords
from channelhub.web.problems import Kind, Problem
from channelhub.web.throttle import AttemptLimit

BY_ORIGIN: Final = 60  # in a minute: an office behind one address begins its shift
BY_LOGIN_AND_ORIGIN: Final = 10  # in five minutes
BY_LOGIN: Final = 100  # in an hour, from everywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What somebody at the door shows. `origin`: the network they come from; `browser` as it calls itself."""

    login: str
    password: str
    code: str
    origin: str
    browser: str


class Door:
    """Lets people in by what they know. `secret`: the hub's own, which seals what codes are reckoned from."""

    def __init__(self, store: Store, *, secret: Callable[[], bytes], now: Callable[[], datetime]) -> None:
        self.passwords = Passwords()
        self._store = store
        self._secret = secret
        self._now = now
        self._by_origin = AttemptLimit(most=BY_ORIGIN, window_s=60)
        self._by_both = AttemptLimit(most=BY_LOGIN_AND_ORIGIN, window_s=300)
        self._by_login = AttemptLimit(most=BY_LOGIN, window_s=3600)

    async def enter(self, shown: Shown) -> str | None:
        """The cookie of a new session, or None where something is wrong. Raises Problem (429, 503), NotCommitted."""
        login = shown.login.strip().lower()
        keys = self._begin(login, shown.origin)
        user = await self._find(login)
        kept = user.password if user is not None and not user.is_disabled else ""
        if not await self.passwords.is_right(shown.password, kept) or user is None:
            return None
        cookie, now = secrets.token_urlsafe(32), self._now()
        digest = tokens.digest(cookie)

        async def write(session: Session) -> bool:
            known = await users.get(session, user.id)
            if known is None or known.is_disabled or not secrets.compare_digest(known.password, kept):
                return False
            if known.needs_code and not await self.takes_code(session, known, shown.code):
                return False
            await signin.open_for(session, known, digest, browser=shown.browser, now=now)
            return True

        if not await self._store.writer.command(write):
            return None
        self._forgive(keys)
        return cookie

    async def knows(self, user: User, password: str, *, origin: str) -> bool:
        """Whether a person who is in shows their own password. Raises Problem (429, 503)."""
        keys = self._begin(user.login, origin)
        is_right = await self.passwords.is_right(password, user.password)
        if is_right:
            self._forgive(keys)
        return is_right

    async def takes_code(self, session: Session, user: User, code: str) -> bool:
        """Whether it is a one-time code of this moment or one of the recovery codes; it is taken, and never again."""
        secret = self.shared_secret(user)
        step = None if secret is None else totp.matching_step(secret, code, now=self._now(), after=user.totp_step)
        if step is not None:
            return await users.take_step(session, user.id, step)
        spare = totp.read_recovery_code(code)
        return spare is not None and await users.take_code(session, user.id, tokens.digest(spare))

    def shared_secret(self, user: User) -> bytes | None:
        """What the person's codes are reckoned from; None where there is none, or the hub's own secret is another."""
        return None if user.totp is None else sealing.unseal(user.totp, key=self._secret(), purpose=_purpose(user))

    def sealed(self, user: User, secret: bytes) -> bytes:
        nonce = secrets.token_bytes(sealing.NONCE_BYTES)
        return sealing.seal(secret, key=self._secret(), nonce=nonce, purpose=_purpose(user))

    async def _find(self, login: str) -> User | None:
        if not is_login(login):
            return None
        async with self._store.readers.read() as session:
            return await users.by_login(session, login)

    def _begin(self, login: str, origin: str) -> list[tuple[AttemptLimit, str]]:
        """Count the try; what to forgive when it was a good one."""
        now_s, begun = asyncio.get_running_loop().time(), []
        name = login[:64]
        for limit, key in (
            (self._by_origin, origin), (self._by_both, f"{origin} {name}"), (self._by_login, name),
        ):  # fmt: skip
            wait_s = limit.begin(key, now_s=now_s)
            if wait_s:
                raise Problem(
                    Kind.TOO_MANY, "Too many attempts to sign in. Wait, or ask an administrator for a link.",
                    headers={"Retry-After": str(int(wait_s) + 1)},
                )  # fmt: skip
            begun.append((limit, key))
        return begun

    @staticmethod
    def _forgive(begun: list[tuple[AttemptLimit, str]]) -> None:
        for limit, key in begun:
            limit.forgive(key)


def _purpose(user: User) -> str:
    return f"totp of {user.id}"


DOOR = web.AppKey("door", Door)
