"""The settings of a WhatsApp number's account."""

from collections.abc import Iterator, Mapping
from typing import Annotated

import msgspec

from connectors.meta.config import MetaConfig


class WhatsAppConfig(MetaConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One number of the business. Several numbers of one app are several accounts; Meta posts to one of them."""

    phone_number_id: Annotated[
        str,
        msgspec.Meta(pattern=r"^[0-9]{1,32}\Z", description="The number's id (WhatsApp, API setup), not the number."),
    ]
    template: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^[a-z0-9_]{0,512}\Z",
            description="An approved template with one variable, the answer's words, for answers later than 24 h after "
            "the customer wrote. Empty: such answers are refused.",
        ),
    ] = ""
    template_language: Annotated[
        str, msgspec.Meta(pattern=r"^[A-Za-z_]{2,10}\Z", description="The template's language as Meta names it.")
    ] = "uk"

    @classmethod
    def faults_together(cls, accounts: Mapping[str, "WhatsAppConfig"]) -> Iterator[tuple[str, str, str]]:
        """(account, key, fault) of what doesn't fit between the accounts of this kind."""
        first: dict[str, str] = {}
        for name, config in accounts.items():
            other = first.setdefault(config.phone_number_id, name)
            if other != name:
                yield name, "phone_number_id", f"expected a number that account {other} doesn't have"
