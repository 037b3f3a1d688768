"""What is done with people who sign in: each change in one commit with its line in the audit, which holds no secret.

A person is named there by their number, and by their login where they are made.
"""

from collections.abc import Sequence
from datetime import datetime

from channelhub.domain.times import to_us
from channelhub.pipeline.commands.namesakes import refuse_person
from channelhub.store import hub, sessions, user_subjects, users
from channelhub.store.database import Session
from channelhub.store.users import User


async def make(
    session: Session, actor: str, *, login: str, name: str, role: str, password: str, at: datetime
) -> int | None:
    """A new person's id; None where the login is taken. `password` as argon2id writes it, or empty.

    Raises Conflict where a token is called so.
    """
    await refuse_person(session, login, at=at)
    user_id = await users.add(session, login=login, name=name, role=role, password=password, at=at)
    if user_id is not None:
        await _record(session, actor, "user.make", user_id, at=at, detail={"login": login, "role": role})
    return user_id


async def change(
    session: Session, actor: str, known: User, *, name: str, role: str, is_disabled: bool, at: datetime
) -> bool:
    """Whether the person still was as `known`, and so was changed. Who is disabled is out at once."""
    disabled_at = (known.disabled_at or at) if is_disabled else None
    is_done = await users.change(
        session, known.id, version=known.version, name=name, role=role, disabled_at=disabled_at
    )
    if not is_done:
        return False
    if is_disabled:
        await sessions.remove_of_user(session, known.id)
        await sessions.remove_links_of_user(session, known.id)
    if is_disabled != known.is_disabled:
        await _record(session, actor, "user.disable" if is_disabled else "user.enable", known.id, at=at)
    detail = {field: new for field, old, new in (("name", known.name, name), ("role", known.role, role)) if old != new}
    if detail:
        await _record(session, actor, "user.change", known.id, at=at, detail=detail)
    return True


async def set_password(session: Session, actor: str, user_id: int, password: str, *, kept: bytes, at: datetime) -> None:
    """Keep a new password, as argon2id writes it, and end the person's other sessions and links; `kept` stays."""
    await users.set_password(session, user_id, password)
    await sessions.remove_of_user(session, user_id, kept=kept)
    await sessions.remove_links_of_user(session, user_id)
    await _record(session, actor, "user.password", user_id, at=at)


async def reset(session: Session, actor: str, user_id: int, *, at: datetime) -> None:
    """Take away password, codes, connected accounts and sessions: only a new sign-in link lets the person in."""
    await users.set_password(session, user_id, "")
    await users.set_totp(session, user_id, None)
    await users.replace_codes(session, user_id, ())
    await user_subjects.remove_of_user(session, user_id)
    await sessions.remove_of_user(session, user_id)
    await sessions.remove_links_of_user(session, user_id)
    await _record(session, actor, "user.reset", user_id, at=at)


async def invite(
    session: Session, actor: str, user: User, *, digest: bytes, at: datetime, expires_at: datetime
) -> None:
    """Keep a one-use link that signs the person in; one made before opens nothing any more."""
    await sessions.add_link(session, digest=digest, role=user.role, at=at, expires_at=expires_at, user_id=user.id)
    await _record(session, actor, "user.link", user.id, at=at)


async def ask_codes(
    session: Session, actor: str, user_id: int, sealed: bytes, *, step: int, recovery: Sequence[bytes], at: datetime
) -> None:
    """From now on a code is asked for; one of `step` was just shown. `recovery`: digests of what stands in for it."""
    await users.set_totp(session, user_id, sealed, since=at, step=step)
    await users.replace_codes(session, user_id, recovery)
    await _record(session, actor, "user.codes-on", user_id, at=at)


async def drop_codes(session: Session, actor: str, user_id: int, *, at: datetime) -> None:
    await users.set_totp(session, user_id, None)
    await users.replace_codes(session, user_id, ())
    await _record(session, actor, "user.codes-off", user_id, at=at)


async def end_sessions(session: Session, actor: str, user_id: int, digests: Sequence[bytes], *, at: datetime) -> None:
    """End these of a person's sessions."""
    for digest in digests:
        await sessions.remove(session, digest)
    if digests:
        await _record(session, actor, "user.signout", user_id, at=at, detail={"sessions": str(len(digests))})


async def _record(
    session: Session, actor: str, action: str, user_id: int, *, at: datetime, detail: dict[str, str] | None = None
) -> None:
    await hub.record(session, at_us=to_us(at), actor=actor, action=action, target=str(user_id), detail=detail)
