"""Endpoints that events are posted to, and the keys that sign for them."""

from collections.abc import Iterable

import msgspec

from channelhub.domain.secrets import Secret
from channelhub.domain.webhooks import (
    DisabledReason,
    Endpoint,
    EndpointState,
    Filters,
    Redelivery,
    Signing,
    SigningSecret,
)
from channelhub.store.database import Row, Session, Value
from channelhub.store.jsontext import as_json
from channelhub.store.sqlfile import Queries

_sql = Queries.of("webhooks")
_filters = msgspec.json.Decoder(Filters)
_headers = msgspec.json.Decoder(dict[str, str])


async def add(session: Session, new: Endpoint, secret: Secret) -> int:
    """Keep a new endpoint with its key; its id. The id of `new` is not looked at."""
    row = await session.one(
        _sql.add,
        **_settings(new),
        state=str(new.state),
        starts_after=new.starts_after,
        created_us=new.created_us,
    )
    assert row is not None
    await add_secret(session, row["id"], secret, at_us=new.created_us)
    return int(row["id"])


async def get(session: Session, webhook_id: int) -> Endpoint | None:
    """An endpoint that was not removed."""
    return (await get_many(session, [webhook_id])).get(webhook_id)


async def get_many(session: Session, ids: Iterable[int]) -> dict[int, Endpoint]:
    return {row["id"]: _endpoint(row) for row in await session.all(_sql.by_ids, ids=sorted(set(ids)))}


async def page(session: Session, *, after: int, limit: int) -> list[Endpoint]:
    """By id, those that follow `after`."""
    return [_endpoint(row) for row in await session.all(_sql.page, after=after, limit=limit)]


async def enabled(session: Session) -> list[Endpoint]:
    return [_endpoint(row) for row in await session.all(_sql.enabled)]


async def enabled_among(session: Session, ids: Iterable[int]) -> set[int]:
    return {row["id"] for row in await session.all(_sql.enabled_ids, ids=sorted(set(ids)))}


async def redelivering(session: Session, *, limit: int) -> list[Endpoint]:
    """Those for which something is being queued again."""
    return [_endpoint(row) for row in await session.all(_sql.redelivering, limit=limit)]


async def revision(session: Session) -> tuple[int, int, int]:
    """Changes when an endpoint is made, changed, enabled, disabled or removed."""
    row = await session.one(_sql.revision)
    assert row is not None
    return row["endpoints"], row["newest"], row["versions"]


async def count(session: Session) -> int:
    row = await session.one(_sql.living)
    return 0 if row is None else int(row["endpoints"])


async def save(session: Session, changed: Endpoint) -> None:
    """Write what people change of an endpoint."""
    await session.run(
        _sql.save,
        **_settings(changed),
        id=changed.id,
        state=str(changed.state),
        disabled_reason=str(changed.disabled_reason),
        starts_after=changed.starts_after,
        failing_since_us=changed.failing_since_us,
        hold_until_us=changed.hold_until_us,
        version=changed.version,
        changed_us=changed.changed_us,
    )


async def set_health(session: Session, changed: Endpoint) -> None:
    """Write how its deliveries go."""
    await session.run(
        _sql.set_health,
        id=changed.id,
        failing_since_us=changed.failing_since_us,
        delivered_us=changed.delivered_us,
        error=changed.error,
        hold_until_us=changed.hold_until_us,
    )


async def set_redelivery(session: Session, changed: Endpoint) -> None:
    """Write what is being queued again and how far that has come."""
    await session.run(
        _sql.set_redelivery,
        id=changed.id,
        redeliver=str(changed.redeliver),
        redeliver_after=changed.redeliver_after,
        redeliver_until=changed.redeliver_until,
        redeliver_since_us=changed.redeliver_since_us,
    )


async def states(session: Session) -> tuple[int, int, int]:
    """How many are enabled, how many of those fail, and how many are disabled."""
    rows = {row["state"]: (int(row["endpoints"]), int(row["failing"])) for row in await session.all(_sql.states)}
    return *rows.get("enabled", (0, 0)), rows.get("disabled", (0, 0))[0]


async def add_secret(session: Session, webhook_id: int, secret: Secret, *, at_us: int) -> None:
    """Make a key the current one. The one of before must have been given its end."""
    await session.run(_sql.add_secret, webhook_id=webhook_id, secret=secret.reveal(), created_us=at_us)


async def expire_secrets(session: Session, webhook_id: int, *, at_us: int) -> None:
    """Let every key of an endpoint sign until a moment, none longer than it would have."""
    await session.run(_sql.expire_secrets, webhook_id=webhook_id, expires_us=at_us)


async def secrets(session: Session, webhook_ids: Iterable[int], *, now_us: int) -> dict[int, list[SigningSecret]]:
    """The keys that sign now, by endpoint, the current one first."""
    found: dict[int, list[SigningSecret]] = {}
    for row in await session.all(_sql.secrets, webhook_ids=sorted(set(webhook_ids)), now_us=now_us):
        one = SigningSecret(
            id=row["id"], secret=Secret(row["secret"]), created_us=row["created_us"], expires_us=row["expires_us"]
        )
        found.setdefault(row["webhook_id"], []).append(one)
    return found


async def forget(session: Session, *, now_us: int, before_us: int) -> None:
    """Delete keys that sign no more, and endpoints that were removed before a moment and have no delivery left."""
    await session.run(_sql.forget_secrets, now_us=now_us)
    await session.run(_sql.forget_removed, before_us=before_us)


def _settings(one: Endpoint) -> dict[str, Value]:
    return {
        "url": one.url,
        "description": one.description,
        "owner_email": one.owner_email,
        "filters": as_json(one.filters),
        "is_ordered": int(one.is_ordered),
        "headers": as_json({name: value.reveal() for name, value in one.headers}),
        "signing": str(one.signing),
    }


def _endpoint(row: Row) -> Endpoint:
    return Endpoint(
        id=row["id"],
        url=row["url"],
        description=row["description"],
        owner_email=row["owner_email"],
        filters=_filters.decode(row["filters"]),
        is_ordered=bool(row["is_ordered"]),
        headers=tuple((name, Secret(value)) for name, value in _headers.decode(row["headers"]).items()),
        signing=Signing(row["signing"]),
        state=EndpointState(row["state"]),
        disabled_reason=DisabledReason(row["disabled_reason"]),
        starts_after=row["starts_after"],
        failing_since_us=row["failing_since_us"],
        delivered_us=row["delivered_us"],
        error=row["error"],
        hold_until_us=row["hold_until_us"],
        redeliver=Redelivery(row["redeliver"]),
        redeliver_after=row["redeliver_after"],
        redeliver_until=row["redeliver_until"],
        redeliver_since_us=row["redeliver_since_us"],
        version=row["version"],
        created_us=row["created_us"],
        changed_us=row["changed_us"],
    )
