"""A mail from a mailbox to a message: as any mail, and it says so where only the beginning was taken."""

from collections.abc import Sequence
from dataclasses import replace

from channelhub.domain.inbound import Inbound, NewMessage
from channelhub.domain.raw import RawMessage
from connectors.email.parse import parse


def parse_fetched(raw: RawMessage) -> Sequence[Inbound]:
    """See `parse`. Pure."""
    items = parse(raw)
    whole = raw.envelope.extra.get("cut_from_bytes")
    if whole is None:
        return items
    warning = f"only the first {len(raw.body)} of {whole} bytes were taken: the mail is larger than max_message_bytes"
    return [
        replace(item, warnings=(*item.warnings, warning)) if isinstance(item, NewMessage) else item for item in items
    ]
