"""What is written to standard error, and how."""

from typing import Annotated, Literal

import msgspec


class LogSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[log]`: what is written to standard error."""

    level: Annotated[
        Literal["debug", "info", "warning", "error"], msgspec.Meta(description="Least level that is written.")
    ] = "info"
    format: Annotated[
        Literal["auto", "console", "json"],
        msgspec.Meta(
            description="console: coloured text. json: one object a line. auto: console on a terminal, else json."
        ),
    ] = "auto"
