"""How the mails of a batch hang together: what is known of their ids, and which conversations turn out to be one.

The ids of every mail are remembered for its sender, across mailboxes. Two conversations of one sender that a mail
connects become one, so the same mails give the same conversations whatever came first; several senders' conversations
are linked, never joined.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from channelhub.rules import subjects, threading
from channelhub.rules.threading import References
from channelhub.store import conversations, threads
from channelhub.store.conversations import Conversation
from channelhub.store.database import Session
from channelhub.store.threads import ConversationLink, ThreadId

SUGGESTED_DAYS = 30  # how long a conversation is one that a mail without references may belong to
LOOKED_AT = 20  # of a sender's conversations
LINK_STEPS = 6  # how far from a mail's own ids links between conversations are looked at
_DAY_US = 86_400_000_000
THREAD, TOKEN, SUBJECT = "thread", "token", "subject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a batch needs to know: its mails' ids, their senders, the conversations that tokens and keys name."""

    own: frozenset[int] = frozenset()
    cited: frozenset[int] = frozenset()
    identity_ids: frozenset[int] = frozenset()
    conversation_ids: frozenset[int] = frozenset()
    guessing: frozenset[tuple[int, int]] = frozenset()  # (sender, when) of what looks like an answer

    @classmethod
    def of(cls, parts: Iterable["Wanted"]) -> "Wanted":
        """What several messages want."""
        own: set[int] = set()
        cited: set[int] = set()
        senders: set[int] = set()
        places: set[int] = set()
        guessing: set[tuple[int, int]] = set()
        for one in parts:
            own |= one.own
            cited |= one.cited
            senders |= one.identity_ids
            places |= one.conversation_ids
            guessing |= one.guessing
        return cls(
            own=frozenset(own),
            cited=frozenset(cited),
            identity_ids=frozenset(senders),
            conversation_ids=frozenset(places),
            guessing=frozenset(guessing),
        )


class Threads:
    """Conversations, ids and links, as they are and as the batch changes them."""

    def __init__(self) -> None:
        self.known: dict[int, Conversation] = {}
        self._ids: dict[tuple[int, bool], dict[int, int]] = defaultdict(dict)  # (ref, is cited) → sender → conversation
        self._links: dict[tuple[int, int, str], ConversationLink] = {}
        self._changed: set[int] = set()
        self._new_ids: list[ThreadId] = []
        self._new_links: list[ConversationLink] = []
        self.merged: dict[int, int] = {}

    async def load(self, session: Session, wanted: Wanted, *, met_before: Collection[int]) -> None:
        """Everything that placing the batch's messages may look at. Who wasn't met before has no conversation yet."""
        found: list[ThreadId] = []
        if wanted.own or wanted.cited:
            senders = wanted.identity_ids.intersection(met_before)
            found = await threads.around(session, own=wanted.own, cited=wanted.cited, identity_ids=senders)
        for one in found:
            self._ids[one.ref, one.is_cited][one.identity_id] = one.conversation_id
        ids = wanted.conversation_ids | {one.conversation_id for one in found}
        self.known = await conversations.get_many(session, ids)
        placed = {one.identity_id for one in found}
        guessing = (one for one in wanted.guessing if one[0] in met_before and one[0] not in placed)
        for identity_id, at_us in sorted(guessing):
            since_us = at_us - SUGGESTED_DAYS * _DAY_US
            latest = await conversations.newest_of(session, identity_id, since_us=since_us, limit=LOOKED_AT)
            self.known |= {one.id: one for one in latest}
        if found:
            await self._load_links(session, {one.conversation_id for one in found})

    async def _load_links(self, session: Session, ids: set[int]) -> None:
        """The links around these conversations, some steps far: one that becomes a part of another brings its own."""
        seen: set[int] = set()
        for _ in range(LINK_STEPS):
            ids = {*ids, *map(self.here, ids)} - seen
            if not ids or len(self._links) >= threads.MOST_LINKS:
                return
            seen |= ids
            links = await threads.links_of(session, ids)
            self._links |= {(one.left_id, one.right_id, one.reason): one for one in links}
            ids = {end for one in links for end in (one.left_id, one.right_id)} - seen
            self.known |= await conversations.get_many(session, ids - set(self.known))

    async def save(self, session: Session) -> None:
        """Write what changed. Comes after the batch's messages and entries, which may move with a conversation."""
        await conversations.save(session, [self.known[one] for one in sorted(self._changed)])
        await threads.add(session, self._new_ids)
        await threads.add_links(session, self._new_links)
        moved = [(moved_id, self.here(into_id)) for moved_id, into_id in self.merged.items()]
        await threads.move(session, moved)

    def present(self, conversation_id: int) -> Conversation | None:
        """The conversation that an id names now."""
        return conversations.present(self.known, conversation_id)

    def change(self, conversation: Conversation) -> None:
        if self.known.get(conversation.id) != conversation:
            self.known[conversation.id] = conversation
            self._changed.add(conversation.id)

    def of_sender(self, found: References, identity_id: int) -> list[Conversation]:
        """The sender's conversations in which these ids stand or are cited, the newest id's first."""
        named = (
            self._ids[ref, is_cited].get(identity_id)
            for ref in (*found.cited, *(() if found.own is None else (found.own,)))
            for is_cited in (False, True)
        )
        return list(self._distinct(named))

    def others(self, found: References, identity_id: int) -> tuple[list[Conversation], list[Conversation]]:
        """Other senders' conversations: those that hold what is cited here, and those that cite what is held here."""
        held = (one for ref in found.cited for sender, one in self._ids[ref, False].items() if sender != identity_id)
        citing: Iterable[int] = ()
        if found.own is not None:
            citing = (one for sender, one in self._ids[found.own, True].items() if sender != identity_id)
        return list(self._distinct(held)), list(self._distinct(citing))

    def remember(self, found: References, conversation: Conversation) -> None:
        """The conversation holds the mail with these ids."""
        rows = [(ref, True) for ref in found.cited]
        if found.own is not None:
            rows.append((found.own, False))
        for ref, is_cited in rows:
            if conversation.identity_id not in self._ids[ref, is_cited]:
                self._ids[ref, is_cited][conversation.identity_id] = conversation.id
                self._new_ids.append(
                    ThreadId(
                        ref=ref,
                        is_cited=is_cited,
                        identity_id=conversation.identity_id,
                        conversation_id=conversation.id,
                    )
                )

    def join(self, found: Iterable[Conversation]) -> Conversation:
        """Make conversations of one sender one: the oldest, unless more would have to move than is moved."""
        target_id = self._join(found)
        self._settle()
        return self.known[self.here(target_id)]

    def _join(self, found: Iterable[Conversation]) -> int:
        them = list(found)
        target_id = threading.survivor((one.opened_us, one.id) for one in them)
        target = next(one for one in them if one.id == target_id)
        for one in them:
            if one.id == target_id or one.messages > threading.MOST_JOINED:
                continue
            seen = target.subjects
            for digest in one.subjects:
                seen = seen if digest in seen else (*seen, digest)[-subjects.MOST_KEPT :]
            target = replace(
                target,
                opened_us=min(target.opened_us, one.opened_us),
                last_us=max(target.last_us, one.last_us),
                messages=target.messages + one.messages,
                subjects=seen,
            )
            self.change(replace(one, merged_into=target_id))
            self.merged[one.id] = target_id
        self.change(target)
        self._carry_links()
        return target_id

    def link(self, left: Conversation, right: Conversation, reason: str, *, at_us: int) -> None:
        """`left` has to do with `right`."""
        if left.id != right.id and self._add_link(left.id, right.id, reason, at_us):
            self._settle()

    def _settle(self) -> None:
        """Two conversations of one sender that another sender's connects are one."""
        owners = {one.id: one.identity_id for one in self.known.values()}
        while pair := threading.to_join(self._edges(), owners):
            self._join(self.known[one] for one in pair)
            if self.here(pair[0]) != self.here(pair[1]):
                return  # too large to be moved: they stay linked

    def linked(self, conversation: Conversation) -> Iterator[tuple[Conversation, str]]:
        """The conversations on either side of a link, each as it is now."""
        for left, right, reason in self._links:
            for here, there in ((left, right), (right, left)):
                other = self.present(there)
                if self.here(here) == conversation.id and other is not None and other.id != conversation.id:
                    yield other, reason

    def guess(self, answer: Conversation, subject: str, *, at_us: int) -> Conversation | None:
        """The sender's latest other conversation under the same subject: perhaps `answer` belongs to it."""
        wanted = subjects.known_as(subject)
        alike = [
            one
            for one in self.known.values()
            if one.identity_id == answer.identity_id
            and one.id != answer.id
            and one.merged_into is None
            and wanted
            and wanted in one.subjects
            and abs(at_us - one.last_us) <= SUGGESTED_DAYS * _DAY_US
        ]
        return max(alike, default=None, key=lambda one: (one.last_us, one.id))

    def here(self, conversation_id: int) -> int:
        """The id that this id leads to now."""
        found = self.present(conversation_id)
        return conversation_id if found is None else found.id

    def _distinct(self, ids: Iterable[int | None]) -> Iterator[Conversation]:
        seen: set[int] = set()
        for one in ids:
            found = self.present(one) if one is not None else None
            if found is not None and found.id not in seen:
                seen.add(found.id)
                yield found

    def _edges(self) -> list[tuple[int, int]]:
        """The links that Message-IDs make, between conversations as they are now."""
        found = {(self.here(left), self.here(right)) for left, right, reason in self._links if reason == THREAD}
        return sorted((left, right) for left, right in found if left != right)

    def _add_link(self, left_id: int, right_id: int, reason: str, at_us: int) -> bool:
        if (left_id, right_id, reason) in self._links:
            return False
        made = ConversationLink(left_id=left_id, right_id=right_id, reason=reason, at_us=at_us)
        self._links[left_id, right_id, reason] = made
        self._new_links.append(made)
        return True

    def _carry_links(self) -> None:
        """The links of what was moved are links of what it moved into."""
        for one in list(self._links.values()):
            left, right = self.here(one.left_id), self.here(one.right_id)
            if left != right and (left, right) != (one.left_id, one.right_id):
                self._add_link(left, right, one.reason, one.at_us)
