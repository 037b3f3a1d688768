"""What was posted, read by the account's mappings: a pure function of the raw delivery and its settings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import msgspec

from channelhub.domain.inbound import Inbound, Unknown
from channelhub.domain.people import Handle, Sender
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.webhook.document import Format, read_document
from connectors.webhook.item import Faulty, Item
from connectors.webhook.making import make
from connectors.webhook.mapping import ParseSettings
from connectors.webhook.paths import MOST_FOUND, Node, Path, find, read_path
from connectors.webhook.reader import Reader, ready
from connectors.webhook.templates import Scope

TRUST = "trust"  # of the envelope: how far the account was believed when it came


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How an account's posts are read."""

    body: Format
    batch: Path | None
    readers: tuple[Reader, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadItem:
    """An item of a post with the mapping that read it, empty where none fits, and what that didn't find."""

    item: Inbound | None  # None: a mapping says that it gives nothing
    label: str = ""
    missed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what it found and can't use
    fault: str = ""  # why a mapping that fits couldn't read it


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """The items of a post. Raises only Unparseable.

    What no mapping fits is Unknown. Beside items that can be read, those that can't are Unknown too, on nobody's
    timeline but their own, so that one of them doesn't keep the others back; alone they park the delivery.
    """
    found = read_items(raw)
    if all(one.fault or isinstance(one.item, Unknown) for one in found):
        for one in found:
            if one.fault:
                raise Unparseable(f"{one.label}: {one.fault}")
        return [one.item for one in found if one.item is not None]
    return [_on_its_own(one.item) for one in found if one.item is not None]


def read_items(raw: RawMessage) -> Sequence[ReadItem]:
    """Each item, one value of its own for each, in the order of the post. Raises only Unparseable."""
    plan = _plan(raw.settings)
    document = read_document(raw.body, plan.body)
    headers: dict[str, str] = {}
    for name, value in raw.headers:
        headers.setdefault(name.lower(), value)
    is_trusted = raw.envelope.extra.get(TRUST) == "verified"
    taken: set[tuple[type, str, int]] = set()
    read: list[ReadItem] = []
    for number, node in enumerate(_nodes(plan, document), start=1):
        scope = Scope(body=document, item=node, headers=headers)
        one = _read(plan, scope, name=f"{raw.delivery_id}#{number}", is_trusted=is_trusted)
        key = (type(one.item), getattr(one.item, "external_id", str(number)), getattr(one.item, "revision", 0))
        read.append(_second(one, key[1], number) if key in taken else one)
        taken.add(key)
    return read


def _nodes(plan: Plan, document: Node) -> Iterator[Node]:
    if plan.batch is None:
        yield document
        return
    found = find(plan.batch, document, most=MOST_FOUND + 1)
    if not found:
        raise Unparseable(f"there is no item at {plan.batch.text}")
    if len(found) > MOST_FOUND:
        raise Unparseable(f"more than {MOST_FOUND} items in one post")
    yield from found


def _read(plan: Plan, scope: Scope, *, name: str, is_trusted: bool) -> ReadItem:
    reader = next((one for one in plan.readers if one.fits(scope)), None)
    if reader is None:
        return ReadItem(item=Unknown(external_id=name, shape="a post that no mapping fits"))
    if reader.gives == "nothing":
        return ReadItem(item=None, label=reader.label)
    fault = ""
    made: Inbound
    try:
        made = make(Item(reader=reader, scope=scope, is_trusted=is_trusted), fallback_id=name)
    except Faulty as exc:
        fault = str(exc)
        made = Unknown(external_id=name, shape=f"{reader.label}: {fault}")
    missed, notes = tuple(dict.fromkeys(scope.missed)), tuple(dict.fromkeys(scope.notes))
    return ReadItem(item=made, label=reader.label, missed=missed, notes=notes, fault=fault)


def _second(one: ReadItem, external_id: str, number: int) -> ReadItem:
    """Two items of a post have one id: it names the first, and the other is shown as what it is."""
    shape = f"{one.label}: a second item with the id of another"
    return replace(one, item=Unknown(external_id=f"{external_id}#{number}", shape=shape))


def _on_its_own(item: Inbound) -> Inbound:
    if not isinstance(item, Unknown):
        return item
    return replace(item, sender=Sender(handles=(Handle(kind="device", value=item.external_id),)))


@lru_cache(maxsize=64)
def _plan(settings: bytes) -> Plan:
    """Raises Unparseable: the settings are those of another version, or of an account that is gone."""
    try:
        given = msgspec.json.decode(settings, type=ParseSettings)
        return Plan(
            body=given.body,
            batch=read_path(given.batch) if given.batch else None,
            readers=tuple(ready(one, number) for number, one in enumerate(given.mappings, start=1)),
        )
    except (msgspec.MsgspecError, ValueError) as exc:
        raise Unparseable("the account's mappings are not in the configuration any more") from exc
