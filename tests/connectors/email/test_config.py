"""What can't work is told when the configuration is read."""

from typing import Any

import msgspec
import pytest
from msgspec import inspect

from connectors.email.account import own_addresses
from connectors.email.config import SmtpConfig


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"listen": "8025"}, "expected host:port"),
        ({"trusted_peers": ["10.0.0.0/99"]}, "trusted_peers"),
        ({"require_tls": True}, "tls_certificate_file"),
        ({"relay_host": "relay.example"}, "from_address"),
        ({"command_timeout_s": 0}, "command_timeout_s"),
        ({"max_message_bytes": 1}, "max_message_bytes"),
        ({"relay_tls": "ssl"}, "relay_tls"),
        ({"recipients": ["*@example.org"]}, "recipients"),
        ({"from_address": "Help <help@example.org>"}, "from_address"),
        ({"hostname": "a\r\nb"}, "hostname"),
        ({"listen": "", "require_tls": True}, "listen.*; require_tls"),
        ({"max_conections": 1}, "max_conections"),
    ],
)
def test_names_the_key(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=said):
        msgspec.convert(settings, SmtpConfig)


def test_every_key_says_what_it_is() -> None:
    described = {
        field.name: (field.type.extra_json_schema or {}).get("description", "")
        for field in inspect.type_info(SmtpConfig).fields  # type: ignore[attr-defined]
    }

    assert [name for name, text in described.items() if len(text) < 15] == []
    assert [name for name, text in described.items() if name.endswith("_bytes") and "bytes" not in text] == []
    assert [name for name, text in described.items() if name.endswith("_s") and "seconds" not in text] == []


def test_own_addresses_are_those_named() -> None:
    config = SmtpConfig(recipients=("help@example.org", "shop.example", "@x.example"), from_address="help@example.org")

    assert own_addresses(config) == ("help@example.org",)
