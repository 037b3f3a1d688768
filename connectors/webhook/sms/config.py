"""The settings of an SMS gateway: what it posts, as any system does, and how messages are handed to it."""

from typing import Annotated, Any, Literal

import msgspec

from channelhub.domain.secrets import Secret
from connectors.webhook.config import WebhookConfig
from connectors.webhook.sms.filling import check
from connectors.webhook.templates import read_source, read_template

_Word = Annotated[str, msgspec.Meta(max_length=200)]
_Wanted = _Word | int | bool
Conditions = Annotated[dict[_Word, _Wanted | tuple[_Wanted, ...]], msgspec.Meta(max_length=10)]


class Handover(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one message is handed to the gateway, and what its answer means.

    `body`, `query` and `headers` may have the slots {to}, {text}, {token} (what reports may bring back), {id} (ours of
    the message), {secret} and {callback} (our address). The sources of `taken`, `blocked` and `busy` look into a JSON
    answer; of a plain one into `$.text`.
    """

    url: Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s?#]+\Z", max_length=2000)]
    method: Literal["POST", "GET", "PUT"] = "POST"
    format: Literal["json", "form"] = "json"  # of the body
    body: dict[str, Any] = {}
    query: Annotated[dict[_Word, str], msgspec.Meta(max_length=50)] = {}
    headers: Annotated[dict[_Word, str], msgspec.Meta(max_length=20)] = {}
    number: Literal["plus", "digits"] = "plus"  # +380501234567, or 380501234567
    max_chars: Annotated[int, msgspec.Meta(ge=20, le=5000)] = 1000  # of one message; longer ones go in several
    per_minute: Annotated[int, msgspec.Meta(ge=1, le=6000)] = 60
    timeout_s: Annotated[int, msgspec.Meta(ge=1, le=50)] = 20
    taken: Conditions = {}  # what says that it was taken; empty: 2xx alone does
    blocked: Conditions = {}  # what says that the receiver doesn't want messages
    busy: Conditions = {}  # what says that it was not taken now, and may be tried again
    id: Annotated[str, msgspec.Meta(max_length=1000)] = ""  # what the gateway calls the message: its receipts name it
    why: Annotated[str, msgspec.Meta(max_length=1000)] = ""  # why it was refused

    def __post_init__(self) -> None:
        """Raises ValueError for what can't work, so that it is told when the configuration is read."""
        for key in ("body", "query", "headers"):
            try:
                check(getattr(self, key))
            except ValueError as exc:
                raise ValueError(f"{key}: {exc}") from exc
        if self.format == "form" and any(isinstance(one, list | dict) for one in self.body.values()):
            raise ValueError("body: a form has texts only")
        if self.method == "GET" and self.body:
            raise ValueError("body: a GET has none; put the fields into query")
        for key in ("body", "query"):
            if "{text}" in str(getattr(self, key)):
                break
        else:
            raise ValueError("body or query: {text} is in neither")
        for source in (*self.taken, *self.blocked, *self.busy):
            read_source(source)
        for text in (self.id, self.why):
            read_template(text)


class SmsConfig(WebhookConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One gateway that calls /hooks/NAME, and is called."""

    send: Annotated[
        Handover,
        msgspec.Meta(
            description="How messages are handed to the gateway. Its keys stand in connectors/webhook/sms/README.md."
        ),
    ]
    send_secret: Annotated[
        Secret, msgspec.Meta(description="What {secret} in send stands for: the gateway's token or password.")
    ] = Secret()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.send_secret and "{secret}" in str(msgspec.to_builtins(self.send)):
            raise ValueError("send_secret is empty, and send has {secret}")

    def _check_mappings(self) -> None:
        """Every mapping has a meaning here, receipts too."""
