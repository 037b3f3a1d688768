"""Which of our accounts a post is for, and what is stored of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.proof import is_secret
from connectors.meta.config import MetaConfig
from connectors.meta.reading import digest

BACKFILL_AFTER = timedelta(hours=24)
PLACES = "places"  # of the envelope: whose parts of the post this account reads, with commas between
NOWHERE = "-"  # parts that are about none of the business's places


def owners(
    own: MetaConfig, account: str, kin: Mapping[str, MetaConfig], *, places: Mapping[str, str]
) -> Mapping[str, str]:
    """The account of each place (a number, a page), of accounts by the place of each.

    Only those with the same app secret count: a signature proves nothing for another app's places.
    """
    alike = {name for name, one in kin.items() if is_secret(one.app_secret.reveal(), own.app_secret)} | {account}
    return {place: name for name, place in places.items() if name in alike}


def deliveries(
    body: bytes,
    parts: Iterable[tuple[str, datetime | None]],
    *,
    account: str,
    owned: Mapping[str, str],
    now: datetime,
    peer: str = "",
) -> Sequence[RawMessage]:
    """A delivery for each account that the post is for; what is nobody's goes to the one that was called.

    `parts` are the places that the post is about, with the time of what happened there.
    """
    wanted: dict[str, list[str]] = {}
    newest: datetime | None = None
    for place, at in parts:
        found = wanted.setdefault(owned.get(place, account), [])
        if place not in found:
            found.append(place)
        newest = max(filter(None, (newest, at)), default=None)
    name = digest(body)
    return [
        RawMessage(
            account=owner,
            delivery_id=name,
            body=body,
            content_type="application/json",
            envelope=Envelope(peer=peer, extra={PLACES: ",".join(found)}),
            channel_time=newest,
            is_backfill=newest is not None and now - newest > BACKFILL_AFTER,
        )
        for owner, found in (wanted or {account: [NOWHERE]}).items()
    ]


def places_of(raw: RawMessage) -> frozenset[str]:
    """Whose parts of a stored post its account reads; empty: all of it."""
    return frozenset(filter(None, raw.envelope.extra.get(PLACES, "").split(",")))
