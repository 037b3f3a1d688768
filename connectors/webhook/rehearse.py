"""A sample post as an account would take it: with the reasons that nobody else is told."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.rehearsal import Rehearsal, RehearsedItem
from connectors.webhook.config import WebhookConfig, parse_settings
from connectors.webhook.delivery import Deliveries
from connectors.webhook.parse import ReadItem, parse, read_items
from connectors.webhook.proof import Proof, without_field


async def rehearse(config: WebhookConfig, sample: RawMessage, now: datetime) -> Rehearsal:
    """What would become of the sample's body and headers, coming from the envelope's peer at `now`."""
    headers = Headers(sample.headers)
    peer = sample.envelope.peer
    proof = Proof(config)
    refusal = proof.fault_before_body(headers, peer=peer)
    if len(sample.body) > config.max_body_bytes:
        refusal = refusal or f"it is larger than max_body_bytes, {config.max_body_bytes}"
    refusal = refusal or proof.fault_of_body(headers, sample.body, now=now)
    body = sample.body
    if config.proof == "field" and config.body != "json":  # JSON's is in the address: no sample has it
        refusal = refusal or proof.fault_of_fields(body)
        body = without_field(body, config.field)
    stored = await Deliveries(config, account=sample.account).make(body, headers, peer=peer, is_tls=True)
    raw = replace(stored, settings=parse_settings(config))
    try:
        items = tuple(_told(one) for one in read_items(raw))
    except Unparseable as exc:
        return Rehearsal(delivery_id=raw.delivery_id, refusal=refusal, unparseable=str(exc))
    return Rehearsal(delivery_id=raw.delivery_id, refusal=refusal, unparseable=_why_parked(raw), items=items)


def _why_parked(raw: RawMessage) -> str:
    try:
        parse(raw)
    except Unparseable as exc:
        return str(exc)
    return ""


def _told(one: ReadItem) -> RehearsedItem:
    return RehearsedItem(item=one.item, read_by=one.label, not_found=one.missed, notes=one.notes, fault=one.fault)


class Headers(Mapping[str, str]):
    """Headers by name in any case, as a request has them."""

    def __init__(self, headers: Iterable[tuple[str, str]]) -> None:
        self._named = {name.lower(): value for name, value in headers}

    def __getitem__(self, name: str) -> str:
        return self._named[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._named)

    def __len__(self) -> int:
        return len(self._named)
