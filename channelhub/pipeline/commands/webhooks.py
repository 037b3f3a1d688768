"""People make endpoints, change, enable, disable and remove them, and renew their keys."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from channelhub.domain.secrets import Secret
from channelhub.domain.times import to_us
from channelhub.domain.webhooks import DisabledReason, Endpoint, EndpointState, Redelivery, Signing
from channelhub.pipeline.commands.acting import Acting, CommandRefused, Conflict, Invalid, NotFound
from channelhub.sdk.webhook_keys import NotAKey, new_private_key, new_secret, read_key
from channelhub.sdk.webhooks import NotASecret
from channelhub.store import events, hub, webhooks
from channelhub.store.database import Session

MOST_ENDPOINTS: Final = 5000
OVERLAP: Final = timedelta(hours=24)
LONGEST_OVERLAP: Final = timedelta(days=30)
Change = Callable[[Endpoint], Endpoint]


async def make(acting: Acting, actor: str, wanted: Endpoint, *, secret: str = "") -> tuple[int, Secret]:
    """Make an endpoint, which gets the events from now on; its id and its key, which is shown this once.

    `secret` is a key that the receiver has already; empty: a new one. Raises Invalid, CommandRefused.
    """
    key = _key(wanted.signing, secret)
    now_us = to_us(acting.now())

    async def write(session: Session) -> int:
        if await webhooks.count(session) >= MOST_ENDPOINTS:
            raise CommandRefused(f"there are {MOST_ENDPOINTS} endpoints: remove one first")
        newest = await events.newest_id(session)
        made = replace(wanted, starts_after=newest, created_us=now_us, changed_us=now_us)
        webhook_id = await webhooks.add(session, made, key)
        await hub.record(session, at_us=now_us, actor=actor, action="webhook.make", target=str(webhook_id))
        return webhook_id

    webhook_id = await acting.store.writer.command(write)
    acting.written.ring()
    return webhook_id, key


async def change(
    acting: Acting, actor: str, webhook_id: int, changes: Change, *, version: int | None = None
) -> Endpoint:
    """Change what an endpoint asked for. Raises NotFound, and Conflict for a stale version."""
    return await _save(acting, actor, webhook_id, "webhook.change", changes, version=version)


async def enable(acting: Acting, actor: str, webhook_id: int) -> Endpoint:
    """Let an endpoint be sent what waits and what happens from now on. Raises NotFound."""

    def on(known: Endpoint) -> Endpoint:
        if known.state is EndpointState.ENABLED:
            return known
        return replace(
            known,
            state=EndpointState.ENABLED,
            disabled_reason=DisabledReason.NONE,
            failing_since_us=None,
            hold_until_us=0,
        )

    return await _save(acting, actor, webhook_id, "webhook.enable", on, begins_anew=True)


async def disable(acting: Acting, actor: str, webhook_id: int) -> Endpoint:
    """Send an endpoint nothing, and keep no new events for it. What waits goes on waiting. Raises NotFound."""

    def off(known: Endpoint) -> Endpoint:
        if known.state is EndpointState.DISABLED:
            return known
        return replace(known, state=EndpointState.DISABLED, disabled_reason=DisabledReason.BY_HAND)

    return await _save(acting, actor, webhook_id, "webhook.disable", off)


async def remove(acting: Acting, actor: str, webhook_id: int) -> None:
    """Forget an endpoint with its address, headers and keys. Raises NotFound."""
    now_us = to_us(acting.now())

    async def write(session: Session) -> None:
        known = await known_endpoint(session, webhook_id)
        gone = replace(
            known, url="", description="", owner_email="", headers=(), state=EndpointState.REMOVED,
            version=known.version + 1, changed_us=now_us,
        )  # fmt: skip
        await webhooks.save(session, gone)
        await webhooks.set_redelivery(session, replace(gone, redeliver=Redelivery.NONE))
        await webhooks.expire_secrets(session, webhook_id, at_us=now_us)
        await hub.record(session, at_us=now_us, actor=actor, action="webhook.remove", target=str(webhook_id))

    await acting.store.writer.command(write)
    acting.written.ring()


async def rotate(
    acting: Acting, actor: str, webhook_id: int, *, secret: str = "", overlap: timedelta = OVERLAP
) -> Secret:
    """Make a new key the current one; the keys of before sign beside it for `overlap`. Raises NotFound, Invalid."""
    now_us = to_us(acting.now())
    until_us = now_us + min(overlap, LONGEST_OVERLAP) // timedelta(microseconds=1)

    async def write(session: Session) -> Secret:
        known = await known_endpoint(session, webhook_id)
        key = _key(known.signing, secret)
        await webhooks.expire_secrets(session, webhook_id, at_us=until_us)
        await webhooks.add_secret(session, webhook_id, key, at_us=now_us)
        await hub.record(session, at_us=now_us, actor=actor, action="webhook.rotate", target=str(webhook_id))
        return key

    return await acting.store.writer.command(write)


async def known_endpoint(session: Session, webhook_id: int, *, version: int | None = None) -> Endpoint:
    """The endpoint as it stands. Raises NotFound, and Conflict where it isn't at `version` any more."""
    known = await webhooks.get(session, webhook_id)
    if known is None:
        raise NotFound(f"there is no webhook {webhook_id}")
    if version is not None and version != known.version:
        raise Conflict(f"webhook {webhook_id} has version {known.version}, not {version}: read it again")
    return known


async def _save(
    acting: Acting,
    actor: str,
    webhook_id: int,
    action: str,
    changes: Change,
    *,
    version: int | None = None,
    begins_anew: bool = False,
) -> Endpoint:
    now_us = to_us(acting.now())

    async def write(session: Session) -> Endpoint:
        known = await known_endpoint(session, webhook_id, version=version)
        changed = changes(known)
        if changed == known:
            return known
        if begins_anew:
            changed = replace(changed, starts_after=await events.newest_id(session))
        saved = replace(changed, version=known.version + 1, changed_us=now_us)
        await webhooks.save(session, saved)
        await hub.record(session, at_us=now_us, actor=actor, action=action, target=str(webhook_id))
        return saved

    saved = await acting.store.writer.command(write)
    acting.written.ring()
    return saved


def _key(signing: Signing, given: str) -> Secret:
    """A key of its kind. Raises Invalid."""
    text = given or (new_secret() if signing is Signing.V1 else new_private_key())
    try:
        is_pair = bool(read_key(text).public)
    except (NotASecret, NotAKey) as exc:
        raise Invalid(f"secret: {exc}") from exc
    if is_pair is not (signing is Signing.V1A):
        raise Invalid("secret: signing v1 takes whsec_…, v1a takes whsk_…")
    return Secret(text)
