"""What a mail reports of a mail of ours, as values for the pipeline; whether it is believed is decided there."""

from channelhub.domain.inbound import DeliveryStatus
from connectors.email.reading import ReadMail

MAX_ADDRESSES = 20


def statuses(mail: ReadMail, recipients: tuple[str, ...]) -> tuple[DeliveryStatus, ...]:
    """One for each address that a bounce or receipt speaks of.

    Ours is known by its Message-ID in what was returned, else by the tagged address that the bounce came to.
    """
    if mail.notice is None:
        return ()
    tagged = [address for address in recipients if "+" in address][:MAX_ADDRESSES]
    return tuple(
        DeliveryStatus(
            external_id=f"{mail.external_id}/{number}",
            about=(*mail.notice.message_ids, *tagged),
            status=str(one.fate),
            recipient=one.recipient,
            is_permanent=one.is_permanent,
            at=mail.sent_at,
            detail=one.reason,
        )
        for number, one in enumerate(mail.notice.outcomes)
    )
