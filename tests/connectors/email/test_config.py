"""What can't work is told when the configuration is read."""

from typing import Any

import msgspec
import pytest
from msgspec import inspect

from connectors.email.account import own_addresses
from connectors.email.config import LmtpConfig, SmtpConfig


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
        ({"allowed_peers": ["everybody"]}, "allowed_peers"),
        ({"proxies": ["10.0.0.1/33"]}, "proxies"),
        ({"users_file": "users"}, "users_file: needs tls_certificate_file"),
        ({"through": "mail"}, "recipients: needs"),
        ({"through": "mail", "recipients": ["a@example.org"], "listen": "127.0.0.1:26"}, "listen: can't be given"),
    ],
)
def test_names_the_key(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=said):
        msgspec.convert(settings, SmtpConfig)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"listen": ""}, "listen: expected host:port"),
        ({"listen": "127.0.0.1:25"}, "RFC 2033"),
        ({"socket": "/" + "a" * 120}, "socket: is longer"),
        ({"socket_mode": "660"}, "socket_mode"),
        ({"socket_mode": "0999"}, "socket_mode"),
        ({"through": "mail", "recipients": ["a@example.org"], "socket": "/run/x"}, "socket: can't be given"),
        ({"tls_certificate_file": "x"}, "tls_certificate_file"),
        ({"users_file": "x"}, "users_file"),
        ({"proxies": []}, "proxies"),
        ({"max_connections_per_peer": 3}, "max_connections_per_peer"),
    ],
)
def test_names_the_key_of_lmtp(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=said):
        msgspec.convert(settings, LmtpConfig)


def test_a_socket_alone_is_a_place_to_listen() -> None:
    assert msgspec.convert({"listen": "", "socket": "/run/channelhub/lmtp"}, LmtpConfig).listen == ""


@pytest.mark.parametrize(
    ("accounts", "said"),
    [
        ({"b": {"through": "nobody", "recipients": ["x.example"]}}, ("b", "through")),
        ({"b": {"through": "b", "recipients": ["x.example"]}}, ("b", "through")),
        (
            {
                "a": {"through": "b", "recipients": ["x.example"]},
                "b": {"through": "c", "recipients": ["y.example"]},
                "c": {"recipients": ["z.example"]},
            },
            ("a", "through"),
        ),
        (
            {"a": {"recipients": ["x.example"]}, "b": {"through": "a", "recipients": ["@X.example."]}},
            ("b", "recipients"),
        ),
    ],
)
def test_names_what_does_not_fit_between_accounts(accounts: dict[str, dict[str, Any]], said: tuple[str, str]) -> None:
    configs = {name: msgspec.convert(settings, SmtpConfig) for name, settings in accounts.items()}

    assert [(name, key) for name, key, _ in SmtpConfig.faults_together(configs)] == [said]


def test_listeners_of_their_own_may_name_the_same_recipients() -> None:
    configs = {
        name: SmtpConfig(listen=f"127.0.0.1:{port}", recipients=("x.example",)) for name, port in [("a", 1), ("b", 2)]
    }

    assert list(SmtpConfig.faults_together(configs)) == []


@pytest.mark.parametrize("model", [SmtpConfig, LmtpConfig])
def test_every_key_says_what_it_is(model: type) -> None:
    described = {
        field.name: (field.type.extra_json_schema or {}).get("description", "")
        for field in inspect.type_info(model).fields  # type: ignore[attr-defined]
    }

    assert [name for name, text in described.items() if len(text) < 15] == []
    assert [name for name, text in described.items() if name.endswith("_bytes") and "bytes" not in text] == []
    assert [name for name, text in described.items() if name.endswith("_s") and "seconds" not in text] == []


def test_own_addresses_are_those_named() -> None:
    config = SmtpConfig(recipients=("help@example.org", "shop.example", "@x.example"), from_address="help@example.org")

    assert own_addresses(config) == ("help@example.org",)
