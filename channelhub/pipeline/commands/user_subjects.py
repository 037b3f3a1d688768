"""People and their accounts at another server: connected, and made where the settings say so."""

from datetime import datetime

from channelhub.domain.times import to_us
from channelhub.pipeline.commands import users as user_commands
from channelhub.pipeline.commands.acting import Conflict
from channelhub.rules.credentials import login_from
from channelhub.rules.id_tokens import Claims
from channelhub.store import hub, user_subjects, users
from channelhub.store.database import Session

_TRIES = 50  # of a number behind a login that is taken


async def person_of(session: Session, claims: Claims, *, new_role: str, at: datetime) -> int | None:
    """Whose account it is. Where it is nobody's, a new person of `new_role`; None where that is empty.

    What they are called there never leads to somebody who is here: such names can be chosen.
    """
    known = await user_subjects.user_of(session, claims.iss, claims.sub)
    if known is not None or not new_role:
        return known
    wanted = login_from(claims.preferred_username or claims.email)
    for number in range(1, _TRIES):
        login = wanted if number == 1 else f"{wanted[:36]}-{number}"
        name = claims.name[:100].strip() or login
        try:
            made = await user_commands.make(session, "oidc", login=login, name=name, role=new_role, password="", at=at)
        except Conflict:
            continue
        if made is not None:
            await user_subjects.add(session, claims.iss, claims.sub, made, at=at)
            return made
    return None


async def connect(session: Session, actor: str, claims: Claims, user_id: int, *, at: datetime) -> bool:
    """Whether the account was nobody's, and is this person's now."""
    if await users.get(session, user_id) is None:
        return False
    is_new = await user_subjects.add(session, claims.iss, claims.sub, user_id, at=at)
    if is_new:
        await hub.record(session, at_us=to_us(at), actor=actor, action="user.connect", target=str(user_id))
    return is_new


async def disconnect(session: Session, actor: str, user_id: int, *, at: datetime) -> None:
    await user_subjects.remove_of_user(session, user_id)
    await hub.record(session, at_us=to_us(at), actor=actor, action="user.disconnect", target=str(user_id))
