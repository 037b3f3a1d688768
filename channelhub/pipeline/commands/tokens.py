"""What is done with tokens: each change in one commit with its line in the audit, which never holds the token."""

from collections.abc import Iterable
from datetime import datetime

from channelhub.domain.times import to_us
from channelhub.pipeline.commands.namesakes import refuse_token
from channelhub.store import hub
from channelhub.store import tokens as token_store
from channelhub.store.database import Session


async def make(
    session: Session,
    actor: str,
    *,
    name: str,
    role: str,
    scopes: Iterable[str],
    account: str,
    digest: bytes,
    at: datetime,
    expires_at: datetime | None,
) -> int:
    """Keep a new token; its id. Raises Conflict where somebody is called so."""
    await refuse_token(session, name)
    scopes = sorted(set(scopes))
    token_id = await token_store.add(
        session, name=name, role=role, scopes=scopes, account=account, digest=digest, at=at, expires_at=expires_at
    )
    detail = {
        "name": name,
        "role": role,
        "scopes": " ".join(scopes),
        "account": account,
        "expires_at": "" if expires_at is None else expires_at.isoformat(),
    }
    await hub.record(
        session, at_us=to_us(at), actor=actor, action="token.make", target=str(token_id),
        detail={name: value for name, value in detail.items() if value},
    )  # fmt: skip
    return token_id


async def revoke(session: Session, actor: str, token_id: int, *, at: datetime) -> bool:
    """Whether a live token was ended by this call."""
    is_ended = await token_store.revoke(session, token_id, at=at)
    if is_ended:
        await hub.record(session, at_us=to_us(at), actor=actor, action="token.revoke", target=str(token_id))
    return is_ended
