"""The settings of an account that takes messages over `POST /api/v1/messages`."""

from typing import Annotated, Literal

import msgspec


class ApiConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account for systems that post messages with a token of the role `ingest`."""

    trust: Annotated[
        Literal["verified", "claimed"],
        msgspec.Meta(
            description="verified: the sending system knows its customers, the identities it names are believed and "
            "link. claimed: they are only suggestions, for systems that pass on what a stranger typed."
        ),
    ] = "verified"
