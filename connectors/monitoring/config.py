"""The settings of accounts that take alerts of monitoring systems."""

from typing import Annotated

import msgspec

from channelhub.domain.secrets import Secret

LEAST_SECRET_CHARS = 16

_Secret = Annotated[
    Secret,
    msgspec.Meta(description="What the monitoring system proves itself with, made up by you: at least 16 characters."),
]
_Username = Annotated[
    str,
    msgspec.Meta(
        max_length=200, description="The user name, where it proves itself by HTTP Basic with `secret` as password."
    ),
]


class MonitoringConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One monitoring system that posts to /hooks/NAME."""

    secret: _Secret
    username: _Username = "channelhub"

    def __post_init__(self) -> None:
        _check(self.secret)


class GrafanaConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Grafana, which can also sign what it posts."""

    secret: _Secret
    username: _Username = "channelhub"
    signed: Annotated[
        bool,
        msgspec.Meta(description="Take only what is signed (the contact point's HMAC Signature, with `secret`)."),
    ] = False
    timestamp_header: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^[A-Za-z0-9-]{0,100}$",
            description="The contact point's Timestamp Header: then nothing older than five minutes is taken.",
        ),
    ] = ""

    def __post_init__(self) -> None:
        _check(self.secret)
        if self.timestamp_header and not self.signed:
            raise ValueError("timestamp_header means something only with signed = true")


def _check(secret: Secret) -> None:
    if len(secret.reveal()) < LEAST_SECRET_CHARS:
        raise ValueError(f"secret must have at least {LEAST_SECRET_CHARS} characters")
