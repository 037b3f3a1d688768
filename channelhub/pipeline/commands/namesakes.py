"""Nobody is called like somebody else: work, mentions, drafts and the audit know people and tokens by their names."""

from datetime import datetime

from channelhub.pipeline.commands.acting import Conflict
from channelhub.rules.credentials import OWN_NAMES, as_login
from channelhub.store import tokens, users
from channelhub.store.database import Session


async def refuse_token(session: Session, name: str) -> None:
    """Raises Conflict where a token of this name would be taken for a person, or for the hub."""
    login = as_login(name)
    if login in OWN_NAMES:
        raise Conflict(f"The hub goes by the name {login} itself: call the token otherwise.")
    if await users.by_login(session, login) is not None:
        raise Conflict(f"A person signs in as {login}, and the token's work would count as theirs: call it otherwise.")


async def refuse_person(session: Session, login: str, *, at: datetime) -> None:
    """Raises Conflict where a person of this login would be taken for a token that still opens, or for the hub."""
    if login in OWN_NAMES:
        raise Conflict(f"The hub goes by the name {login} itself: choose another login.")
    known = await tokens.called(session, login, at=at)
    if known is not None:
        raise Conflict(
            f"The token {known.id} is called {known.name}, and its work would count as theirs: revoke it first, "
            "or choose another login."
        )
