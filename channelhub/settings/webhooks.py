"""`[webhooks]`: where events may be posted, and how long it is remembered how that went."""

import ipaddress
from typing import Annotated

import msgspec

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]


class WebhookSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Endpoints themselves are made over the API or by `channelhub webhooks add`."""

    networks: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            max_length=100,
            description="Networks of our own (10.1.0.0/16) whose addresses may be endpoints, also with http and at any "
            "port. All others must be public, with https.",
        ),
    ] = ()
    ports: Annotated[
        tuple[Port, ...],
        msgspec.Meta(min_length=1, max_length=100, description="Ports of public addresses that may be endpoints."),
    ] = (443, 8443)
    max_connections: Annotated[
        int,
        msgspec.Meta(
            ge=2,
            le=10_000,
            description="Posts at one moment. Endpoints that hang get at most half of them.",
        ),
    ] = 256
    keep_days: Annotated[
        float,
        msgspec.Meta(
            ge=5, le=3650, description="Days for which deliveries, their attempts and bodies are kept for the log."
        ),
    ] = 14.0

    mail_account: Annotated[
        str,
        msgspec.Meta(
            max_length=63,
            description="The mail account that tells an endpoint's owner when it was disabled. Empty: nobody is.",
        ),
    ] = ""

    def __post_init__(self) -> None:
        for network in self.networks:
            try:
                ipaddress.ip_network(network)
            except ValueError as exc:
                raise ValueError(f"networks: expected addresses or networks: {exc}") from exc
