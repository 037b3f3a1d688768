"""`[media]`: files that messages only name, which the hub fetches from the channel."""

from typing import Annotated

import msgspec

_MIB = 1024 * 1024
_MOST_BYTES = 1 << 50
TypePattern = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9*][a-z0-9.+*_-]{0,80}/[a-z0-9*][a-z0-9.+*_-]{0,80}\Z")]


class AccountMedia(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[media.accounts.NAME]`: what is different for one account."""

    enabled: bool | None = None
    max_file_bytes: Annotated[int, msgspec.Meta(ge=1, le=2048 * _MIB)] | None = None
    max_total_bytes: Annotated[int, msgspec.Meta(ge=0, le=_MOST_BYTES)] = 0
    types: Annotated[tuple[TypePattern, ...], msgspec.Meta(max_length=100)] | None = None


class MediaSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What isn't fetched stays a reference, with the reason beside it."""

    enabled: Annotated[bool, msgspec.Meta(description="Fetch files that messages only name.")] = True
    max_file_bytes: Annotated[
        int, msgspec.Meta(ge=1, le=2048 * _MIB, description="Largest file that is fetched, bytes.")
    ] = 50 * _MIB
    max_total_bytes: Annotated[
        int,
        msgspec.Meta(ge=0, le=_MOST_BYTES, description="Bytes of all files fetched together. 0: as the disk allows."),
    ] = 0
    types: Annotated[
        tuple[TypePattern, ...],
        msgspec.Meta(
            max_length=100,
            description='Types that are fetched, such as ["image/*", "application/pdf"], as message and server name '
            "them. Empty: all.",
        ),
    ] = ()
    accounts: Annotated[
        dict[str, AccountMedia],
        msgspec.Meta(
            max_length=1000,
            description="What is different for an account: { bot = { max_file_bytes = 1000000 } }; also enabled, "
            "types, and max_total_bytes of its own files.",
        ),
    ] = {}
