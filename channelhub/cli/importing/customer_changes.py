"""What a row of a file would change, by what the hub shows of its customer now."""

from collections.abc import Iterator, Mapping

from channelhub.cli.exits import Exit, Failure
from channelhub.client.blocking import HubClient
from channelhub.client.problems import HubError, HubProblem
from channelhub.client.shapes import CardView
from channelhub.domain.customer_in import CustomerIn
from channelhub.domain.message_in import IdentityIn

_NOBODY = (404, 422)


def changes(hub: HubClient, customer: CustomerIn) -> list[str]:
    """Sentences, none where all is as it is. Raises Failure when the hub doesn't answer."""
    cards = {one: _card(hub, one, customer.account) for one in customer.known_by}
    found = {card["customer"]["id"]: card for card in cards.values() if card is not None}
    if not found:
        return ["a new customer"]
    new = [f"{one.kind}: {one.value} is added" for one, card in cards.items() if card is None]
    joined = [f"joins {len(found)} customers: {', '.join(sorted(found))}"] if len(found) > 1 else []
    known = next(iter(found.values()))["customer"]
    said = [
        _said(name, new=now, old=str(known.get(name, "")))
        for name, now in (("name", customer.name), ("language", customer.language), ("segment", customer.segment))
        if (now or name == "segment") and now != known.get(name, "")
    ]
    return [*joined, *new, *said, *_attributes(customer.attributes, known.get("attributes", {}))]


def _card(hub: HubClient, identity: IdentityIn, account: str) -> CardView | None:
    """The card of whoever has the identity. An external id is another one in another account."""
    try:
        card = hub.customers.lookup(identity=f"{identity.kind}:{identity.value}")
    except HubProblem as exc:
        if exc.status in _NOBODY:
            return None
        raise Failure(str(exc), Exit.FAILED) from exc
    except HubError as exc:
        raise Failure(str(exc), Exit.UNAVAILABLE) from exc
    if identity.kind == "external" and ("external", account) not in {
        (one["kind"], one["account"]) for one in card["identities"]
    }:
        return None
    return card


def _attributes(new: Mapping[str, str], old: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*new, *old}):
        if new.get(name, "") != old.get(name, ""):
            yield _said(name, new=new.get(name, ""), old=old.get(name, ""))


def _said(name: str, *, new: str, old: str) -> str:
    return f"{name}: {old or 'nothing'} → {new or 'nothing'}"
