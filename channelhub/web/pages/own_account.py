"""`/me`: what a person sees and changes of their own: password, one-time codes, sessions."""

import secrets
from typing import Any

from aiohttp import web

from channelhub.pipeline.commands import user_subjects as subject_commands
from channelhub.pipeline.commands import users as commands
from channelhub.rules import totp
from channelhub.rules.credentials import weakness
from channelhub.store import sessions, user_subjects, users
from channelhub.store.users import User
from channelhub.web import tokens
from channelhub.web.auth import PRINCIPAL, READ
from channelhub.web.door import DOOR
from channelhub.web.elsewhere import ELSEWHERE
from channelhub.web.forwarded import origin_block
from channelhub.web.pages.doing import Form, read_form
from channelhub.web.pages.rendering import render
from channelhub.web.parts import PARTS
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.stream import drop_ended
from channelhub.web.routes.users import person
from channelhub.web.routing import Handler, Route, page
from channelhub.web.security import SECURITY

ISSUER = "channelhub"


async def show(request: web.Request) -> web.Response:
    return await _show(request)


async def set_password(request: web.Request) -> web.StreamResponse:
    """Needs the one before, where there is one. The other sessions end."""
    user, form = await _own(request), await read_form(request)
    new = form.get("new", "")
    wrong = weakness(new, login=user.login)
    if user.password and not await _shows_password(request, user, form):
        return await _show(request, status=422, wrong="password_wrong")
    if wrong is not None or new != form.get("again", ""):
        return await _show(request, status=422, wrong=f"weak_{wrong}" if wrong else "password_differs")
    kept = await request.app[DOOR].passwords.hashed(new)
    parts, actor = request.app[PARTS], request[PRINCIPAL].actor
    now, here = parts.acting.now(), _this_session(request)
    await parts.store.writer.command(
        lambda session: commands.set_password(session, actor, user.id, kept, kept=here, at=now)
    )
    await drop_ended(request.app)
    return await _show(request, told="password_changed")


async def begin_codes(request: web.Request) -> web.StreamResponse:
    """Make a secret and show it; no code is asked for before one was typed."""
    user, form = await _own(request), await read_form(request)
    if user.needs_code:
        return await _show(request)
    if not user.password:
        return await _show(request, status=422, wrong="codes_need_password")
    if not await _shows_password(request, user, form):
        return await _show(request, status=422, wrong="password_wrong")
    secret = secrets.token_bytes(totp.SECRET_BYTES)
    sealed = request.app[DOOR].sealed(user, secret)
    await request.app[PARTS].store.writer.command(lambda session: users.set_totp(session, user.id, sealed))
    return await _show(request, secret=secret)


async def confirm_codes(request: web.Request) -> web.StreamResponse:
    """The first code: from now on they are asked for. The recovery codes are shown this once."""
    user, form = await _own(request), await read_form(request)
    parts, door = request.app[PARTS], request.app[DOOR]
    now, secret = parts.acting.now(), door.shared_secret(user)
    if user.needs_code or user.totp is None or secret is None:
        return await _show(request)
    step = totp.matching_step(secret, form.get("code", ""), now=now, after=0)
    if step is None:
        return await _show(request, status=422, wrong="codes_wrong", secret=secret)
    spare = [totp.recovery_code(secrets.token_bytes(totp.RECOVERY_BYTES)) for _ in range(totp.RECOVERY_CODES)]
    digests, sealed, actor = [tokens.digest(one) for one in spare], user.totp, request[PRINCIPAL].actor
    await parts.store.writer.command(
        lambda session: commands.ask_codes(session, actor, user.id, sealed, step=step, recovery=digests, at=now)
    )
    return await _show(request, recovery=spare)


async def end_codes(request: web.Request) -> web.StreamResponse:
    user, form = await _own(request), await read_form(request)
    if not await _shows_password(request, user, form):
        return await _show(request, status=422, wrong="password_wrong")
    parts, actor = request.app[PARTS], request[PRINCIPAL].actor
    now = parts.acting.now()
    await parts.store.writer.command(lambda session: commands.drop_codes(session, actor, user.id, at=now))
    return await _show(request)


async def end_session(request: web.Request) -> web.StreamResponse:
    """The one that the form names; without a name all but this one."""
    user, form = await _own(request), await read_form(request)
    parts, actor, named, here = (
        request.app[PARTS],
        request[PRINCIPAL].actor,
        form.get("session"),
        _this_session(request),
    )
    now = parts.acting.now()
    async with parts.store.readers.read() as session:
        own = [one.digest for one in await sessions.of_user(session, user.id, at=now)]
    ended = [digest for digest in own if (_name(digest) != _name(here) if named is None else _name(digest) == named)]
    await parts.store.writer.command(lambda session: commands.end_sessions(session, actor, user.id, ended, at=now))
    await drop_ended(request.app)
    raise web.HTTPSeeOther("/signin" if here in ended else "/me")


async def end_elsewhere(request: web.Request) -> web.StreamResponse:
    """Accounts of other servers open this login no more."""
    user = await _own(request)
    parts, actor = request.app[PARTS], request[PRINCIPAL].actor
    now = parts.acting.now()
    await parts.store.writer.command(lambda session: subject_commands.disconnect(session, actor, user.id, at=now))
    raise web.HTTPSeeOther("/me")


async def _own(request: web.Request) -> User:
    """Who signed in. Raises Problem (409) where it is nobody by name."""
    user_id = request[PRINCIPAL].user_id
    if not user_id:
        raise Problem(
            Kind.CONFLICT, "A token or a link for nobody by name has no password, codes or sessions to change."
        )
    return await person(request, user_id)


async def _shows_password(request: web.Request, user: User, form: Form) -> bool:
    origin = origin_block(request.app[SECURITY].proxies.peer_address(request))
    return await request.app[DOOR].knows(user, form.get("password", ""), origin=origin)


async def _show(
    request: web.Request, *, status: int = 200, told: str = "", wrong: str = "", secret: bytes | None = None,
    recovery: list[str] | None = None,
) -> web.Response:  # fmt: skip
    """The page: `told` and `wrong` name its words; a new secret and recovery codes are shown this once."""
    parts, principal = request.app[PARTS], request[PRINCIPAL]
    values: dict[str, Any] = {"user": None, "open_sessions": [], "left": 0, "connected": []}
    async with parts.store.readers.read() as session:
        user = await users.get(session, principal.user_id) if principal.user_id else None
        if user is not None:
            found = await sessions.of_user(session, user.id, at=parts.acting.now())
            values = {
                "user": user,
                "open_sessions": [(_name(one.digest), one) for one in found],
                "connected": await user_subjects.issuers_of(session, user.id),
                "left": await users.count_codes(session, user.id),
            }
    return render(
        request,
        "me.html",
        status=status,
        told=told,
        elsewhere=request.app[ELSEWHERE].title,
        wrong=wrong,
        this_session=_name(_this_session(request)),
        key="" if secret is None else totp.spelt(secret),
        address="" if secret is None or user is None else totp.address(secret, login=user.login, issuer=ISSUER),
        recovery=recovery or [],
        **values,
    )


def _this_session(request: web.Request) -> bytes:
    """The digest that this browser's session is kept under; one of nothing where a token asks."""
    return tokens.digest(request.cookies.get(request.app[SECURITY].authenticator.cookie_name, ""))


def _name(digest: bytes) -> str:
    """What a session is called on the page: it tells nothing that would open one."""
    return digest[:8].hex()


def _post(path: str, handler: Handler, summary: str) -> Route:
    return Route(
        method="POST", path=path, handler=handler, summary=summary, roles=READ, is_page=True, media_type="text/html"
    )


ROUTES = (
    page("/me", show, "The own account"),
    _post("/me/password", set_password, "Change the own password"),
    _post("/me/codes", begin_codes, "Begin with one-time codes"),
    _post("/me/codes/confirm", confirm_codes, "Switch one-time codes on"),
    _post("/me/codes/end", end_codes, "Switch one-time codes off"),
    _post("/me/elsewhere/end", end_elsewhere, "Disconnect accounts of other servers"),
    _post("/me/sessions/end", end_session, "End sessions of one's own"),
)
