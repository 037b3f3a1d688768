"""What `channelhub parse --json` prints for one mail."""

import hashlib

from channelhub.content import language
from channelhub.content.headers import Address
from channelhub.sdk.errors import Unparseable
from connectors.email.reading import read


def describe(raw_bytes: bytes, file: str) -> dict[str, object]:
    """The mail as an object of plain JSON values; `{"file", "error"}` for what can't be parsed. Never raises."""
    try:
        mail = read(raw_bytes)
    except Unparseable as exc:
        return {"file": file, "error": str(exc)}
    return {
        "file": file,
        "id": mail.external_id,
        "channel": "email",
        "sender": _address(mail.sender),
        "reply_to": [_address(one) for one in mail.reply_to],
        "to": [_address(one) for one in mail.to],
        "cc": [_address(one) for one in mail.cc],
        "subject": mail.subject,
        "text": mail.text,
        "reply_text": mail.reply_text,
        "html": mail.html,
        "attachments": [
            {
                "filename": one.filename,
                "content_type": one.content_type,
                "size": len(one.content),
                "inline": one.is_inline,
                "content_id": one.content_id,
                "sha256": hashlib.sha256(one.content).hexdigest(),
            }
            for one in mail.files
        ],
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "sent_at": mail.sent_at.isoformat() if mail.sent_at else None,
        "auto": {
            "reply": mail.automatic.is_reply,
            "bounce": mail.automatic.is_bounce,
            "bulk": mail.automatic.is_bulk,
            "list": mail.automatic.is_list,
        },
        "auth": mail.claimed_checks,
        "language": language.guess(mail.reply_text or mail.text, mail.language),
        "raw_size": len(raw_bytes),
        "warnings": list(mail.warnings),
        "facts": mail.facts,
    }


def _address(one: Address) -> dict[str, str]:
    return {"address": one.address, "name": one.name}
