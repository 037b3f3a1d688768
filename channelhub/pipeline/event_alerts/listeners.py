"""Targets that are told of events, and which events are for them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from channelhub.domain.people import Evidence, Handle
from channelhub.domain.webhooks import Filters
from channelhub.rules.identity import identity_id, normalize
from channelhub.rules.webhooks.filters import Subject, takes
from channelhub.settings.alerts import AlertTarget, Email, MessengerSettings
from channelhub.store.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """One target. `silenced`: identities whose events it isn't told, lest a mail of ours bring about the next."""

    filters: Filters
    priorities: frozenset[str]
    per_minute: int
    silenced: frozenset[int] = field(default_factory=frozenset)

    def wants(self, event: Event, *, segment: str) -> bool:
        """Whether the event is for it. A priority is asked for only where the event has one."""
        subject = Subject(type=event.type, account=event.account, segment=segment, is_replayed=event.is_replayed)
        priority = event.data.get("priority")
        return (
            takes(self.filters, subject)
            and (not self.priorities or priority is None or priority in self.priorities)
            and (event.identity_id is None or event.identity_id not in self.silenced)
        )


def listeners(targets: Mapping[str, AlertTarget], *, own_addresses: Collection[str]) -> dict[str, Listener]:
    """Those of the configured targets that are told of events, by name.

    A target of mail hears nothing of messages from its own address, where a machine may answer each mail, nor from
    addresses of ours, as which our mail looks when it is forwarded back.
    """
    return {
        name: _listener(one.config, own_addresses if isinstance(one.config, Email) else ())
        for name, one in targets.items()
        if one.events
    }


def _listener(config: MessengerSettings, own_addresses: Collection[str]) -> Listener:
    to = (config.to,) if isinstance(config, Email) else ()
    return Listener(
        filters=Filters(
            event_types=config.events,
            accounts=config.accounts,
            segments=tuple(one.strip().lower() for one in config.segments),
        ),
        priorities=frozenset(str(one) for one in config.priorities),
        per_minute=config.per_minute,
        silenced=frozenset(_identities((*to, *own_addresses))),
    )


def _identities(addresses: Collection[str]) -> list[int]:
    handles = [Handle(kind="email", value=one, evidence=Evidence.CLAIMED) for one in addresses]
    keys = [normalize(one, account="", default_region="") for one in handles]
    return [identity_id(key) for key in keys if key is not None]
