"""`[retention]`: for how long what happened is kept, and messages."""

from typing import Annotated

import msgspec

LEAST_MESSAGE_DAYS = 30


def _is(description: str, *, least: float | None = None, most: float | None = None) -> msgspec.Meta:
    return msgspec.Meta(description=description, ge=least, le=most)


class MessageRetention(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[retention.messages]]`: messages of an account or channel, or of any, go after some days."""

    account: Annotated[str, msgspec.Meta(max_length=63, description="The account they came or went by.")] = ""
    channel: Annotated[str, msgspec.Meta(max_length=63, description="The channel of the account, as email.")] = ""
    days: Annotated[
        int, _is("Days after which they go, with all that is kept of them.", least=LEAST_MESSAGE_DAYS, most=36_500)
    ]
    keep_open: Annotated[
        bool,
        _is(
            "An incident goes as a whole, so many days after the last that happened in it, and never while it is open. "
            "Without this each message goes by its own age."
        ),
    ] = True


class RetentionSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[retention]`: for how long what happened is kept, in days; 0 is for ever. What is still needed stays longer."""

    events_days: Annotated[
        int, _is("Events: how far back the live stream can be resumed. 0: for ever.", least=0, most=36_500)
    ] = 30
    audit_days: Annotated[int, _is("Who did what; 0 for ever, else at least 30.", least=0, most=36_500)] = 1095
    alerts_days: Annotated[
        int,
        _is(
            "What alert targets were told of outages that are over; 0 for ever, else at least 7.", least=0, most=36_500
        ),
    ] = 400
    monitoring_days: Annotated[
        int, _is("Alerts of monitoring systems that are over; 0 for ever, else at least 31.", least=0, most=36_500)
    ] = 400

    messages: Annotated[
        tuple[MessageRetention, ...],
        msgspec.Meta(
            max_length=100,
            description="Messages: rules with days, and an account or a channel; the first that fits counts, and what "
            "none fits is kept for ever. Try them with `channelhub retention preview`.",
        ),
    ] = ()

    def __post_init__(self) -> None:
        for name, least in (("audit_days", 30), ("alerts_days", 7), ("monitoring_days", 31)):
            if 0 < (days := getattr(self, name)) < least:
                raise ValueError(f"{name}: expected 0, or at least {least} days, not {days}")
