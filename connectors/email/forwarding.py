"""A customer's mail that one of our people forwarded: the message is the customer's, the forwarder is shown.

Who may do that is configured (`forwarders`) and noted in the envelope when the mail comes, so that a later reading says
the same. Who the customer is stands in the forward's text only, so it is a claim.
"""

from collections.abc import Sequence
from dataclasses import replace

from channelhub.content import forwarded, originals, replies
from channelhub.domain.inbound import NewMessage
from channelhub.domain.people import Evidence, Handle
from connectors.email.forwarders import may_forward
from connectors.email.reading import ReadMail


def unwrapped(message: NewMessage, mail: ReadMail, forwarders: str) -> NewMessage:
    """`message`, or the customer's where one of `forwarders` forwards it. Its text stays whole; what stands above the
    forwarded words is hidden.
    """
    if not may_forward(mail.sender.address, forwarders):
        return message
    found = forwarded.read(mail.text, is_handed_on=originals.is_handed_on(mail.subject))
    if found is None or may_forward(found.sender.address, forwarders):
        return message
    inner = mail.text[found.begins :]
    hidden = replies.hidden(inner, sender_name=found.sender.name, subject=found.subject)
    by = f"{mail.sender.name} <{mail.sender.address}>".strip() if mail.sender.name else mail.sender.address
    handle = Handle(kind="email", value=found.sender.address, evidence=Evidence.CLAIMED)
    zone = mail.sent_at.tzinfo if mail.sent_at else None
    return replace(
        message,
        sender=replace(message.sender, name=found.sender.name, handles=(handle,)),
        content=replace(
            message.content,
            subject=found.subject or mail.subject,
            hidden=_joined(found.begins, hidden),
        ),
        sent_at=forwarded.sent_at(found, zone) or message.sent_at,
        extra={**message.extra, "forwarded_by": by},
    )


def _joined(begins: int, hidden: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The spans of the inner text within the whole one, with all above it."""
    moved = [(start + begins, end + begins) for start, end in hidden]
    if moved and moved[0][0] == begins:
        return ((0, moved[0][1]), *moved[1:])
    return ((0, begins), *moved) if begins else tuple(moved)
