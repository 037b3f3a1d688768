"""A mapping that can't work is told when the configuration is read, by the key that is wrong."""

from typing import Any

import msgspec
import pytest

from connectors.webhook.config import parse_settings
from connectors.webhook.mapping import ParseSettings
from tests.connectors.webhook.samples import PAID, SAYS, configured

CUSTOMER: dict[str, Any] = {**PAID, "gives": "customer", "type": "", "time": "$.at"}
CALL: dict[str, Any] = {**PAID, "gives": "call", "type": "missed"}


@pytest.mark.parametrize(
    ("mapping", "fault"),
    [
        ({**SAYS, "gives": "poem"}, "Invalid enum value 'poem'"),
        ({**SAYS, "sbject": "x"}, "unknown field `sbject`"),
        ({"gives": "message"}, "needs text or html or subject or attachments"),
        ({**SAYS, "type": "order.placed"}, "type means nothing in a mapping that gives message"),
        ({**SAYS, "text": "$..a"}, "text: no name, index or"),
        ({**SAYS, "attributes": {"city": "{$.a"}}, "attributes.city: expected }"),
        ({**SAYS, "when": {"event": "x"}}, "expected $ (the body)"),
        ({**SAYS, "when": {"$.a": 1.5}}, "Expected"),
        ({**SAYS, "has": ["$.a | $.b"]}, "can't be read"),
        ({**SAYS, "time_format": "%c"}, "time_format: can't use %c"),
        ({**SAYS, "time_zone": "Kyiv"}, "time_zone: expected a name"),
        ({**SAYS, "identities": [{"kind": "E-Mail", "value": "$.a"}]}, "matching regex"),
        ({**SAYS, "identities": [{"kind": "email", "value": "$..a"}]}, "no name, index or"),
        ({**SAYS, "attachments": {"each": "files"}}, "expected $ (the body)"),
        ({**SAYS, "attachments": {"each": "$.f[*]", "url": "{"}}, "expected $"),
        ({**PAID, "identities": []}, "needs identities"),
        ({**PAID, "type": ""}, "needs type"),
        ({**PAID, "type": "Paid"}, "type: expected family.what_happened, not 'Paid'"),
        ({**PAID, "type": "$.s", "types": {"x": "paid"}}, "type: expected family.what_happened, not 'paid'"),
        ({**CALL, "type": "rang"}, "type: expected answered, ended, missed, recorded, started"),
        ({**CUSTOMER, "time": ""}, "needs time"),
        ({**SAYS, "revision": "$.n"}, "revision needs id"),
        ({"gives": "deletion"}, "needs id"),
        ({"gives": "deletion", "id": "$.id", "text": "$.text"}, "text means nothing"),
        ({"gives": "nothing", "has": ["$.a"], "identities": PAID["identities"]}, "identities means nothing"),
        ({"gives": "nothing", "has": ["$.a"], "time_format": "unix"}, "time_format means nothing"),
        ({"gives": "nothing"}, "needs when or has or lacks"),
        ({"gives": "nothing", "has": ["$.a"], "text": "$.a"}, "text means nothing"),
    ],
)
def test_a_faulty_mapping_is_refused(mapping: dict[str, Any], fault: str) -> None:
    with pytest.raises(msgspec.ValidationError) as told:
        configured(mapping)

    assert fault in str(told.value)


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ({"secret": "short"}, "secret: expected at least 8"),
        ({"previous_secret": "short"}, "previous_secret: expected at least 8"),
        ({"proof": "standard-webhooks"}, "secret: "),
        ({"proof": "hmac"}, "header: "),
        ({"proof": "network", "secret": ""}, "networks: "),
        ({"networks": ["10.0.0.1/8"]}, "networks: "),
        ({"signed": "{timestamp}"}, "signed: "),
        ({"signed": "{body}{body}"}, "signed: "),
        ({"signed": "{body}{url}"}, "signed: "),
        ({"signed": "{timestamp}{body}"}, "timestamp_header: "),
        ({"timestamp_header": "X-Time"}, "timestamp_header: "),
        ({"header": "X Signature"}, "matching regex"),
        ({"batch": "$.events"}, "batch: "),
        ({"batch": "@.events[*]"}, "batch: "),
        ({"delivery_id": "$..id"}, "delivery_id: "),
        ({"answer_status": 204, "answer_body": "x"}, "answer_body: "),
        ({"answer_status": 302}, "<= 299"),
        ({"mappings": []}, "length >= 1"),
        ({"file_hosts": ["*.example.com"]}, "file_hosts: expected a host"),
        ({"file_hosts": [""]}, "file_hosts: expected a host"),
        ({"file_hosts": ["ftp://a.example"]}, "file_hosts: expected an address"),
        ({"file_hosts": ["https://a.example/files"]}, "file_hosts: expected an address"),
        ({"file_hosts": ["https://u:p@a.example"]}, "file_hosts: expected an address"),
        ({"file_hosts": ["http://[a.example"]}, "file_hosts: expected an address"),
    ],
)
def test_a_faulty_account_is_refused(keys: dict[str, Any], fault: str) -> None:
    with pytest.raises(msgspec.ValidationError) as told:
        configured(**keys)

    assert fault in str(told.value)


def test_more_than_a_delivery_may_carry_is_refused() -> None:
    large = {**SAYS, "attributes": {f"name {number}": "x" * 999 for number in range(30)}}

    assert parse_settings(configured(*[large] * 8))
    with pytest.raises(msgspec.ValidationError, match="mappings: together more than"):
        configured(*[large] * 10)


def test_the_parser_gets_every_mapping_as_it_was_written_and_nothing_else() -> None:
    config = configured(SAYS, {**PAID, "when": {"$.a": ["x", 1, True]}, "time_zone": "UTC"}, batch="$.e[*]")
    settings = parse_settings(config)

    assert msgspec.json.decode(settings, type=ParseSettings) == ParseSettings(
        body="json", batch="$.e[*]", mappings=config.mappings
    )
    assert config.secret.reveal().encode() not in settings
