"""The working set of one batch: what was loaded, what changed, and how it is saved.

Decisions are made on it one message after the other; nothing is written until all are made.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from channelhub.domain.events.customers import CustomerLinked
from channelhub.domain.people import Identity, Link
from channelhub.domain.times import from_us, to_us
from channelhub.pipeline import sharing
from channelhub.pipeline.loops import Alarm, Loops
from channelhub.pipeline.monitoring import Monitored
from channelhub.pipeline.reports import Reports
from channelhub.pipeline.threads import Threads, Wanted
from channelhub.pipeline.ties import Ties
from channelhub.pipeline.written import Written
from channelhub.rules import acknowledgement, grouping
from channelhub.rules import identity as identity_rules
from channelhub.rules.grouping import Node
from channelhub.rules.identity import Claim
from channelhub.rules.incident import Incident
from channelhub.store import (
    clues,
    events,
    inbox,
    incidents,
    media,
    message_texts,
    messages,
    outages,
    outbox,
    parking,
    people,
    profiles,
    suggestions,
    timeline,
)
from channelhub.store.database import Session
from channelhub.store.events import NewEvent
from channelhub.store.message_texts import Version
from channelhub.store.messages import Message
from channelhub.store.timeline import Entry


def linked(link: Link, customer_id: int) -> NewEvent:
    """The event of two identities that became one customer."""
    return NewEvent(
        at=from_us(link.at_us),
        identity_id=link.left_id,
        data=CustomerLinked(
            left_identity_id=str(link.left_id),
            right_identity_id=str(link.right_id),
            left_customer_id=str(customer_id),
            right_customer_id=str(customer_id),
            actor=link.actor,
        ),
    )


class Desk:
    """What the decisions of a batch look at and write on."""

    def __init__(self) -> None:
        self.identities: dict[int, Identity] = {}
        self._ties = Ties()
        self.threads = Threads()
        self.reports = Reports()
        self.loops = Loops()
        self.monitored = Monitored()
        self.incidents: dict[int, Incident] = {}
        self.messages: dict[str, Message] = {}
        self.versions: dict[int, list[Version]] = {}
        self.deletions: dict[str, int] = {}  # of messages that haven't come yet
        self.attachments: dict[int, int] = {}  # how many a message shows
        self.blocked: set[int] = set()
        self.outages: dict[int, set[int]] = {}
        self.outbox_keys: set[str] = set()
        self.last_number = 0
        self.written = Written()
        self._whole: set[int] = set()  # identities of which every link is known

    async def load(
        self,
        session: Session,
        *,
        identity_ids: Iterable[int],
        wanted: Wanted,
        message_keys: Iterable[str],
        received: Iterable[datetime],
        returned: Iterable[int] = (),
    ) -> None:
        """Everything that the batch's decisions may look at, in a few queries."""
        identity_ids, message_keys = set(identity_ids), set(message_keys)
        self.messages = await messages.by_keys(session, message_keys)
        writers = {message.identity_id for message in self.messages.values()}
        around = await people.surroundings(session, {*identity_ids, *writers})
        self.identities, self._whole = around.identities, around.whole
        for link in around.links:
            self._ties.remember(link)
        self.deletions = await messages.deletions(session, message_keys)
        if self.messages:
            known = [message.id for message in self.messages.values()]
            self.versions = await message_texts.of_messages(session, known)
            entries = (await timeline.get_many(session, known)).values()
            self.attachments = {entry.id: entry.attachments for entry in entries}
        met_before = identity_ids & set(self.identities)
        await self.threads.load(session, wanted, met_before=met_before)
        self.incidents = {one.id: one for one in await incidents.open_of(session, self.identities)}
        self.last_number = await incidents.last_number(session)
        self.blocked = await people.blocked(session, self.identities)
        self.outages = await outages.open_of(session, self.identities)
        days = {at.date(): at for at in received}.values()
        if days:
            await self.loops.load(session, identity_ids=met_before, returned=returned, now_us=max(map(to_us, days)))
        ids = {*wanted.conversation_ids, *self.threads.known}
        self.outbox_keys = await outbox.known_keys(
            session, {acknowledgement.key(one, at) for one in ids for at in days}
        )

    def meet(self, found: tuple[Claim, ...], *, name: str, language: str, at_us: int) -> Identity:
        """The identity that wrote, with what the message says of it and of its other handles."""
        for claim in found:
            self._see(claim, at_us)
        writer_id = identity_rules.identity_id(found[0].key)
        self._rename(writer_id, name=name, language=language, at_us=at_us)
        links, claimed = identity_rules.connect(found, at_us=at_us, name=name)
        for link in links:
            self._join(link)
        for suggestion in claimed:
            known = self.written.suggestions.get(suggestion.id)
            if known is None or (suggestion.at_us, suggestion.reason) < (known.at_us, known.reason):
                self.written.suggestions[suggestion.id] = suggestion
        return self.identities[writer_id]

    def customer_of(self, identity_id: int) -> int:
        return self.identities[identity_id].customer_id

    def customers_identities(self, customer_id: int) -> list[int]:
        return [one.id for one in self.identities.values() if one.customer_id == customer_id]

    def open_incidents(self, customer_id: int) -> list[Incident]:
        """The customer's open incidents on all their identities, in the conversations as they are now."""
        own = set(self.customers_identities(customer_id))
        return [
            self._where_it_is(one) for one in self.incidents.values() if one.identity_id in own and one.state.is_open
        ]

    def regroup(self, identity_id: int) -> None:
        """Work out anew which customers the identities around this one are."""
        around = self._ties.reach(identity_id)
        known = [self.identities[one] for one in around if one in self.identities]
        nodes = [Node.of(one) for one in known]
        for changed_id, customer_id in grouping.customers(nodes, self._ties.among(around)).items():
            if changed_id in self._whole and self.identities[changed_id].customer_id != customer_id:
                self._change(replace(self.identities[changed_id], customer_id=customer_id))

    def save_incident(self, incident: Incident) -> None:
        self.incidents[incident.id] = incident
        self.written.incidents.add(incident.id)

    def add_entry(self, entry: Entry) -> None:
        self.written.entries[entry.identity_id, entry.at_us, entry.id] = entry

    def move_entry(self, place: tuple[int, int, int]) -> None:
        """Take an entry from its place (identity, time, id); it is added at another."""
        if self.written.entries.pop(place, None) is None:
            self.written.left.add(place)

    def raise_alarm(self, alarm: Alarm | None) -> None:
        if alarm is not None:
            self.add_entry(alarm.entry)
            self.written.events.append(alarm.event)

    async def save(self, session: Session) -> None:
        """Write all of it, in the transaction the batch runs in."""
        new = self.written
        await people.save(session, [self.identities[one] for one in sorted(new.identities)])
        await people.save_links(session, list(new.links.values()))
        await suggestions.save(session, list(new.suggestions.values()))
        await clues.keep(session, new.clues)
        await sharing.close(session, list(new.suggestions.values()), self.identities)
        await profiles.save(session, list(new.profiles.values()))
        await incidents.save(session, [self.incidents[one] for one in sorted(new.incidents)])
        await messages.add(session, [new.changed_messages.pop(one.id, one) for one in new.messages])
        await messages.change(session, list(new.changed_messages.values()))
        await messages.correct(session, list(new.corrected.values()))
        await message_texts.add(session, new.versions)
        just_added = {one.id for one in new.versions}
        await message_texts.unindex(session, [one for one in new.outdated if one.id not in just_added])
        await message_texts.index(session, self._findable())
        await messages.add_sources(session, new.sources)
        await messages.add_attachments(session, new.attachments)
        await messages.add_further_attachments(session, new.further_attachments)
        await media.queue(session, new.media)
        await messages.save_deletions(session, new.deletions)
        for identity_id, at_us, entry_id in new.left:
            await timeline.remove(session, identity_id=identity_id, at_us=at_us, entry_id=entry_id)
        await timeline.add(session, list(new.entries.values()))
        await self.threads.save(session)
        await outbox.add(session, new.outbox)
        await self.reports.save(session)
        await self.monitored.save(session)
        await outages.add_features(session, new.features)
        await events.append(session, new.events)

    async def finish(self, session: Session, inbox_ids: list[int]) -> None:
        """In the same commit: the inbox is done with these deliveries."""
        await inbox.mark_done(session, inbox_ids)
        await parking.unpark(session, inbox_ids)

    def _where_it_is(self, incident: Incident) -> Incident:
        here = self.threads.here(incident.conversation_id)
        return incident if here == incident.conversation_id else replace(incident, conversation_id=here)

    def _findable(self) -> list[Version]:
        outdated = {one.id for one in self.written.outdated}
        newest = {message_id: versions[0].id for message_id, versions in self.versions.items() if versions}
        return [one for one in self.written.versions if one.id not in outdated and newest.get(one.message_id) == one.id]

    def _see(self, claim: Claim, at_us: int) -> None:
        identity_id = identity_rules.identity_id(claim.key)
        known = self.identities.get(identity_id)
        if known is None:
            self._whole.add(identity_id)
            self._change(
                Identity(
                    id=identity_id,
                    key=claim.key,
                    shown=claim.shown,
                    name="",
                    name_us=0,
                    language="",
                    language_us=0,
                    first_us=at_us,
                    evidence=claim.evidence,
                    customer_id=identity_id,
                )
            )
            return
        changed = known
        if claim.evidence.strength < known.evidence.strength:
            changed = replace(changed, evidence=claim.evidence)
        if (at_us, claim.shown) < (known.first_us, known.shown):
            changed = replace(changed, first_us=at_us, shown=claim.shown)
        if changed != known:
            self._change(changed)
        if changed.first_us != known.first_us:
            self.regroup(identity_id)

    def _rename(self, identity_id: int, *, name: str, language: str, at_us: int) -> None:
        """The name and language of the latest message count, whatever the order of arrival."""
        known = self.identities[identity_id]
        changes: dict[str, Any] = {}
        if name and (at_us, name) > (known.name_us, known.name):
            changes |= {"name": name[:200], "name_us": at_us}
        if language and (at_us, language) > (known.language_us, known.language):
            changes |= {"language": language, "language_us": at_us}
        changed = replace(known, **changes) if changes else known
        if changed != known:
            self._change(changed)

    def _join(self, link: Link) -> None:
        """Evidence that two identities are one person; what a person took apart stays apart."""
        known = self._ties.known(link.id)
        if known is not None and (link.at_us, link.name) >= (known.at_us, known.name):
            return
        if known is not None:
            link = replace(known, at_us=link.at_us, name=link.name)
        elif self._ties.is_at_a_crowd(link):
            return
        else:
            link = self._ties.as_people_left(link)
        before = (self.customer_of(link.left_id), self.customer_of(link.right_id))
        self._ties.remember(link)
        self.written.links[link.id] = link
        self.regroup(link.left_id)
        joined = self.customer_of(link.left_id)
        if before[0] != before[1] and joined == self.customer_of(link.right_id):
            self.written.events.append(linked(link, joined))

    def _change(self, identity: Identity) -> None:
        self.identities[identity.id] = identity
        self.written.identities.add(identity.id)
