"""Which conversation a message belongs to.

A chat names its conversation. A mail is placed by a token of ours that it answers, else by the Message-IDs it has and
cites. A conversation holds one sender's words, and answers go to that sender: whoever else writes into the thread has
a conversation of their own, which is linked to the one it answers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from channelhub.domain.inbound import NewMessage, Thread
from channelhub.rules import tokens
from channelhub.rules.identity import digest_id
from channelhub.rules.tokens import Token

MOST_CITED = 24  # ids of one mail that are looked up: the thread's first, and the newest
MOST_RECIPIENTS = 100  # recipients of one mail in which a token is looked for
MOST_JOINED = 500  # messages that move when a mail shows two conversations to be one; larger ones are linked


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A conversation: its id, and its key on the account."""

    conversation_id: int
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """The Message-IDs of a mail as numbers: its own (None without one), and those it cites, the newest first."""

    own: int | None
    cited: tuple[int, ...]

    @property
    def every(self) -> tuple[int, ...]:
        return self.cited if self.own is None else (self.own, *self.cited)


def own_place(message: NewMessage, *, account: str, channel: str, identity_id: int) -> Place:
    """The conversation that a message opens when nothing else says where it belongs.

    Mail threads run across mailboxes, chats belong to their account. A mail's key is its thread's root and its sender,
    so that most threads come together in any order without being looked up.
    """
    thread = message.thread
    root = thread.references[0] if thread.references else thread.in_reply_to or thread.message_id
    key = thread.key or (f"{root}#{identity_id:x}" if root else "") or message.external_id
    scope = channel if is_mail(thread, channel) else account
    return Place(conversation_id=digest_id("conversation", scope, key), key=key)


def is_mail(thread: Thread, channel: str) -> bool:
    """Whether Message-IDs decide, not a conversation that the channel names."""
    return channel == "email" and not thread.key


@lru_cache(maxsize=512)
def references(thread: Thread) -> References:
    """The ids by which a mail hangs together with others, at most `MOST_CITED` cited ones."""
    chain = [one for one in (*thread.references, thread.in_reply_to) if one and one != thread.message_id]
    newest_first = list(dict.fromkeys(reversed(chain)))
    if len(newest_first) > MOST_CITED:
        newest_first = [*newest_first[: MOST_CITED - 1], newest_first[-1]]
    own = reference(thread.message_id) if thread.message_id else None
    return References(own=own, cited=tuple(dict.fromkeys(map(reference, newest_first))))


def reference(message_id: str) -> int:
    """A Message-ID as a number. Some relays change the case of its domain."""
    return digest_id("mail", message_id.casefold())


def token(message: NewMessage, *, secret: bytes) -> Token | None:
    """The token of ours that a mail answers: in an address it went to, else in the newest Message-ID it cites."""
    thread = message.thread
    tagged = (address for address in message.recipients[:MOST_RECIPIENTS] if "+" in address)
    return tokens.first((*tagged, thread.in_reply_to, *reversed(thread.references)), secret=secret)


def survivor(found: Iterable[tuple[int, int]]) -> int:
    """Which of some conversations, given as (opened, id), the others become part of: the oldest."""
    return min(found)[1]


def to_join(edges: Sequence[tuple[int, int]], owners: dict[int, int]) -> tuple[int, int] | None:
    """Two conversations of one sender that a third one connects, or None.

    `edges` say that the left conversation answers the right one, `owners` whose each is. Ann's mail that answers Bob's,
    which answers Ann's, goes on where Ann's first one stands.
    """
    answers: dict[int, list[int]] = {}
    for left, right in edges:
        answers.setdefault(left, []).append(right)
    for left, middle in edges:
        for right in answers.get(middle, ()):
            if left != right and owners.get(left) == owners.get(right, -1):
                return left, right
    return None
