"""Where a customer can be answered, known before anything is queued: until when, and where else if not there.

Some channels take words of ours only for a while after the customer wrote (a reply window). A blocked account, an
account that only brings messages in, and an address it can't write to are the other hindrances.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from channelhub.domain.outbound import OutgoingFile
from channelhub.domain.people import Identity
from channelhub.domain.times import from_us
from channelhub.pipeline import reaching
from channelhub.pipeline.rulebook import AccountFacts, Rulebook
from channelhub.sdk.files import FileRules, no_files
from channelhub.store import conversations, people
from channelhub.store.conversations import Conversation
from channelhub.store.database import Session

HOUR_US = 3_600_000_000
MOST_ADDRESSES = 20  # of the customer that are looked through
MOST_CONVERSATIONS = 5  # of each, the newest

#: How the next way is chosen, for people who wonder.
RULE = "a verified address before a claimed one, then where they spoke with us last"


class Hindrance(StrEnum):
    """Why nothing can be said in a conversation."""

    NONE = ""
    CANNOT_SEND = "cannot-send"  # the account only brings messages in
    NO_ADDRESS = "no-address"  # the account can't write to such an address
    BLOCKED = "blocked"  # the customer blocked the account
    WINDOW_CLOSED = "window-closed"  # they wrote too long ago


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One conversation, and whether it can be answered. Words of any kind are taken before `until_us` (None: always),
    afterwards what `account.late_reply` says. `why` is the hindrance in a sentence without an end."""

    conversation: Conversation
    identity: Identity
    account: AccountFacts
    hindrance: Hindrance = Hindrance.NONE
    why: str = ""
    heard_us: int | None = None
    until_us: int | None = None
    is_late: bool = False  # the window has closed, and the channel still takes something

    @property
    def is_public(self) -> bool:
        """Everybody sees what is said there."""
        return self.account.is_public(self.conversation.key)

    @property
    def hours(self) -> int:
        """Of the window; 0: there is none."""
        return 0 if self.until_us is None else self.account.reply_window_us // HOUR_US

    @property
    def file_rules(self) -> FileRules:
        """Which files go along this way now."""
        late = self.account.late_reply if self.is_late else None
        if self.hindrance:
            return no_files(self.why)
        if not self.account.can_send_files:
            return no_files(f"account {self.account.name} can't send files")
        if late and not late.takes_files:
            return no_files(f"{_heard(self)}; now no files are taken")
        return self.account.file_rules(self.conversation.key)

    def refusal(self, text: str, files: Sequence[OutgoingFile]) -> str:
        """Why these words can't go this way now, in a sentence without an end; empty where they can."""
        late = self.account.late_reply
        if self.hindrance or not self.is_late or late is None:
            return self.why
        words = len(" ".join(text.split()))
        if words <= late.max_chars and (late.takes_files or not files):
            return ""
        bound = f"at most {late.max_chars} characters{'' if late.takes_files else ' and no files'}"
        return f"{_heard(self)}; now it takes words in the template {late.template} only, with {bound}"


async def way(session: Session, book: Rulebook, known: Conversation, identity: Identity, *, now_us: int) -> Way:
    """Whether and until when a conversation can be answered through the account it lives on."""
    account = book.account(known.account)
    here = Way(conversation=known, identity=identity, account=account)
    if not account.can_send:
        return _hindered(here, Hindrance.CANNOT_SEND, f"account {known.account} can't send: see its settings")
    if not account.writes_to(identity.key.kind):
        return _hindered(here, Hindrance.NO_ADDRESS, f"account {known.account} can't write to {identity.key}")
    if why_not := await reaching.obstacle(session, identity.id, account.name):
        return _hindered(here, Hindrance.BLOCKED, why_not)
    if not account.reply_window_us or here.is_public:
        return here
    return _timed(here, await conversations.heard_us(session, known.id), now_us)


async def ways(session: Session, book: Rulebook, own: Sequence[Identity], *, now_us: int) -> list[Way]:
    """For each address and account through which a customer spoke with us, the conversation that moved last; public
    ones are left out. The best comes first: open, then by `RULE`."""
    found: dict[tuple[int, str], Way] = {}
    for identity in own[:MOST_ADDRESSES]:
        for one in await conversations.newest_of(session, identity.id, since_us=0, limit=MOST_CONVERSATIONS):
            if (identity.id, one.account) in found or book.account(one.account).is_public(one.key):
                continue
            found[identity.id, one.account] = await way(session, book, one, identity, now_us=now_us)
    return sorted(found.values(), key=_rank)


async def elsewhere(session: Session, book: Rulebook, here: Way, *, now_us: int) -> Way | None:
    """The next way to the same customer, for a person to take; None where there is none. Never taken by itself: an
    answer goes to the address that wrote."""
    own = await people.of_customer(session, here.identity.customer_id)
    found = await ways(session, book, own, now_us=now_us)
    return next((one for one in found if not one.hindrance and one.conversation.id != here.conversation.id), None)


async def answering(session: Session, book: Rulebook, known: Conversation, *, now_us: int) -> tuple[Way, Way | None]:
    """How a conversation is answered and, where it can't be in words of any kind, the next way to its customer."""
    identity = (await people.identities(session, [known.identity_id]))[known.identity_id]
    here = await way(session, book, known, identity, now_us=now_us)
    is_free = not here.hindrance and not here.is_late
    return here, None if is_free else await elsewhere(session, book, here, now_us=now_us)


async def refused(
    session: Session, book: Rulebook, here: Way, text: str, files: Sequence[OutgoingFile], *, now_us: int
) -> str:
    """Why an answer can't be given, and where the customer can be answered, in a sentence; empty where it can."""
    why = here.refusal(text, files)
    if not why:
        return ""
    other = await elsewhere(session, book, here, now_us=now_us)
    if other is None:
        return f"{why}; answer another way"
    return f"{why}; answer them at {other.identity.key} by {other.account.name} ({RULE})"


def _timed(here: Way, heard_us: int | None, now_us: int) -> Way:
    if heard_us is None:
        return here
    until_us = heard_us + here.account.reply_window_us
    timed = replace(here, heard_us=heard_us, until_us=until_us)
    if now_us < until_us:
        return timed
    if here.account.late_reply is not None:
        return replace(timed, is_late=True)
    return _hindered(timed, Hindrance.WINDOW_CLOSED, f"{_heard(timed)} only")


def _hindered(here: Way, hindrance: Hindrance, why: str) -> Way:
    return replace(here, hindrance=hindrance, why=why)


def _rank(one: Way) -> tuple[bool, bool, bool, int]:
    is_verified = one.identity.evidence.is_verified
    return one.hindrance is not Hindrance.NONE, one.is_late, not is_verified, -one.conversation.last_us


def _heard(one: Way) -> str:
    assert one.heard_us is not None, "its window is closed"
    since = from_us(one.heard_us).strftime("%Y-%m-%d %H:%M UTC")
    return (
        f"the customer last wrote to {one.account.name} on {since}, and it takes answers for {one.hours} hours after "
        "that"
    )
