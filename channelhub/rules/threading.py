"""Which conversation a message belongs to."""

import hashlib
import hmac
import re
from dataclasses import dataclass

from channelhub.domain.inbound import NewMessage
from channelhub.rules.identity import digest_id

_TOKEN = re.compile(r"^ch\.(?P<conversation>[0-9a-f]{1,16})\.(?P<message>[0-9a-f]{1,16})\.(?P<mac>[0-9a-f]{20})@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A conversation: its id, and its key on the account."""

    conversation_id: int
    key: str


def places(message: NewMessage, *, account: str, channel: str, identity_id: int, secret: bytes) -> tuple[Place, ...]:
    """Where a message may belong, the surest first; the last always holds.

    A channel with conversations of its own names it. Mail: a reply to ours carries our signed token, which counts
    where its conversation is the sender's; otherwise the first message of its references is the thread's root.
    A thread is always one sender's: somebody else who answers into it opens a conversation of their own, so no
    stranger's words land among a customer's.
    """
    thread = message.thread
    found = []
    for token in (thread.in_reply_to, *reversed(thread.references)):
        conversation = read_token(token, secret=secret)
        if conversation is not None:
            found.append(Place(conversation_id=conversation, key=""))
            break
    root = thread.references[0] if thread.references else thread.in_reply_to or thread.message_id
    key = thread.key or (f"{root}#{identity_id:x}" if root else "") or message.external_id
    return (*found, own_place(account, channel, key))


def own_place(account: str, channel: str, key: str) -> Place:
    """A conversation by its key. Mail threads run across mailboxes, chats belong to their account."""
    scope = channel if channel == "email" else account
    return Place(conversation_id=digest_id("conversation", scope, key), key=key)


def write_token(conversation_id: int, message_id: int, *, domain: str, secret: bytes) -> str:
    """The Message-ID of a mail we send: who answers it is answering in this conversation."""
    name = f"ch.{conversation_id:x}.{message_id:x}"
    return f"{name}.{_mac(name, secret)}@{domain}"


def read_token(message_id: str, *, secret: bytes) -> int | None:
    """The conversation a Message-ID of ours names; None when it isn't ours or was forged."""
    match = _TOKEN.match(message_id)
    if match is None:
        return None
    name = f"ch.{match['conversation']}.{match['message']}"
    return int(match["conversation"], 16) if hmac.compare_digest(_mac(name, secret), match["mac"]) else None


def _mac(name: str, secret: bytes) -> str:
    return hmac.new(secret, name.encode(), hashlib.sha256).hexdigest()[:20]
