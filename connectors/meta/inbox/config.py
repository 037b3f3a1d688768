"""What accounts of pages and of Instagram are configured with, beside the app and its token."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

import msgspec

from connectors.meta.config import MetaConfig


class InboxConfig(MetaConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One page or Instagram account. Several of one app are several accounts; Meta posts to one of them."""

    place_key: ClassVar[str]  # the key that holds `place`

    app_id: Annotated[
        str,
        msgspec.Meta(pattern=r"^[0-9]{1,32}\Z", description="The app's id: what it sent itself are our own answers."),
    ]
    comments: Annotated[
        bool,
        msgspec.Meta(
            description="Whether comments are customers' messages, answered in public. If not, they are stored and "
            "shown as unknown events, and open nothing."
        ),
    ] = True
    human_agent: Annotated[
        bool,
        msgspec.Meta(
            description="Whether Meta granted the app the feature Human Agent: answers then go out for 7 days after "
            "the customer wrote, instead of 24 hours."
        ),
    ] = False

    @classmethod
    def faults_together(cls, accounts: Mapping[str, "InboxConfig"]) -> Iterator[tuple[str, str, str]]:
        """(account, key, fault) of what doesn't fit between the accounts of this kind."""
        first: dict[str, str] = {}
        for name, config in accounts.items():
            other = first.setdefault(config.place, name)
            if other != name:
                yield name, cls.place_key, f"expected one that account {other} doesn't have"

    @property
    def place(self) -> str:
        """The id that Meta names the page or account by in its posts."""
        return str(getattr(self, self.place_key))
