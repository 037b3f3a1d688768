"""A database with a made-up past: customers, their messages, timelines, incidents and both search indexes.

Written through the store, batch by batch, as the pipeline writes them, without the raw deliveries and the features that
no reading looks at. The same numbers make the same database.
"""

import asyncio
import random
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.texts import WORDS
from channelhub.domain.incidents import IncidentState, Priority
from channelhub.domain.message_ids import MESSAGES_PER_DELIVERY
from channelhub.domain.people import Evidence, Identity, IdentityKey
from channelhub.rules.identity import digest_id
from channelhub.rules.incident import Incident
from channelhub.store import conversations, incidents, learning, message_texts, messages, people, timeline
from channelhub.store.conversations import Conversation
from channelhub.store.database import Session
from channelhub.store.message_texts import Version
from channelhub.store.messages import Message
from channelhub.store.opening import open_store
from channelhub.store.timeline import Entry

GIVEN = "Олена Олександр Іван Марія Сергей Татьяна Dmytro Anna Наталія Юрій Світлана Андрей Katherine John".split()
FAMILY = "Шев Кова Бонда Ткач Петр Іван Мель Морозо Savchu Smith Лисен Кравч Захарч Полi".split()
ENDS = "чук ленко енко ський ова евич ин son чак ець".split()
TOGETHER = 2000  # customers of one batch
BEGAN_US = 1_750_000_000_000_000
STEP_US = 20_000_000  # between two messages
RARE = 5000  # words that few messages have, such as names of goods
INCIDENT_EVERY = 20  # messages
CHANNELS = ("email", "api", "webchat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """How much there is. `longest`: entries of one customer more, and of another fifty."""

    messages: int
    customers: int
    longest: int = 0


def address(number: int) -> str:
    """Of a customer: every second is known by a phone."""
    return f"phone:+38067{number:07}" if number % 2 else f"email:customer{number}@bench.example"


def name(number: int) -> str:
    dice = random.Random(number)
    return f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}{dice.choice(ENDS)}"


async def fill(folder: Path, past: Past) -> None:
    """Make the database of a state folder. It says on stderr how far it is."""
    store = await open_store(folder, now=datetime.now(UTC), on_broken=lambda exc: sys.exit(str(exc)))
    running = asyncio.create_task(store.writer.run())
    each, made = past.messages // past.customers, 0
    for start in range(0, past.customers, TOGETHER):
        some = _Batch(list(range(start, min(start + TOGETHER, past.customers))), [each] * TOGETHER, made)
        await store.writer.batch(some.write)
        made += len(some.written)
        if start % (20 * TOGETHER) == 0:
            sys.stderr.write(f"    {made} of {past.messages} messages\n")
    if past.longest:
        last = past.customers
        for number, size in ((last, 50), (last + 1, past.longest)):
            for done in range(0, size, 10_000):
                some = _Batch([number], [min(10_000, size - done)], made)
                await store.writer.batch(some.write)
                made += len(some.written)
    await store.writer.stop()
    await running
    await store.close()


class _Batch:
    """Some customers with so many messages each, which came by turns."""

    def __init__(self, numbers: list[int], sizes: list[int], before: int) -> None:
        self._dice = random.Random(before)
        self._known = {number: _identity(number) for number in numbers}
        turns = [number for number, size in zip(numbers, sizes, strict=False) for _ in range(size)]
        self._dice.shuffle(turns)
        self.written = [self._message(before + place, number) for place, number in enumerate(turns, 1)]

    def _message(self, sequence: int, number: int) -> tuple[Message, Version]:
        one, at_us = self._known[number], BEGAN_US + sequence * STEP_US
        message_id = sequence * MESSAGES_PER_DELIVERY
        words = self._dice.choices(WORDS[self._dice.choice(("en", "ru", "uk"))], k=24)
        text = " ".join([*words, f"товар{self._dice.randrange(RARE)}"])
        subject = f"Замовлення {sequence}"
        message = Message(
            id=message_id, inbox_id=sequence, account="shop", channel=CHANNELS[sequence % len(CHANNELS)],
            type="message", key=f"{sequence:022}", external_id=str(sequence), message_ref="", direction="in",
            identity_id=one.id, conversation_id=digest_id("conversation", number), subject=subject,
            incident_id=message_id if sequence % INCIDENT_EVERY == 0 else None, at_us=at_us, received_us=at_us,
            sent_us=at_us, language="uk", evidence=Evidence.TRUSTED_ACCOUNT,
        )  # fmt: skip
        version = Version(
            id=message_id, message_id=message_id, revision=0, at_us=at_us, inbox_id=sequence, subject=subject,
            text=text, reply_text=None, html="",
        )  # fmt: skip
        return message, version

    async def write(self, session: Session) -> None:
        known = list(self._known.values())
        await people.save(session, known)
        await conversations.save(session, [_conversation(number, one) for number, one in self._known.items()])
        await messages.add(session, [message for message, _ in self.written])
        versions = [version for _, version in self.written]
        await message_texts.add(session, versions)
        await message_texts.index(session, versions)
        await timeline.add(session, [_entry(message, version) for message, version in self.written])
        await incidents.save(session, [_incident(message) for message, _ in self.written if message.incident_id])
        await learning.learn_habits(session, [one.id for one in known])


def _identity(number: int) -> Identity:
    kind, _, value = address(number).partition(":")
    identity_id = digest_id(kind, "", value)
    return Identity(
        id=identity_id, key=IdentityKey(kind=kind, scope="", value=value), shown=value, name=name(number),
        name_us=number, language="uk", language_us=number, first_us=BEGAN_US + number,
        evidence=Evidence.TRUSTED_ACCOUNT, customer_id=identity_id,
    )  # fmt: skip


def _conversation(number: int, one: Identity) -> Conversation:
    return Conversation(
        id=digest_id("conversation", number), account="shop", channel="api", key=str(number), identity_id=one.id,
        subject="Замовлення", opened_us=BEGAN_US, last_us=BEGAN_US,
    )  # fmt: skip


def _entry(message: Message, version: Version) -> Entry:
    return Entry(
        identity_id=message.identity_id, at_us=message.at_us, id=message.id, type="message", channel=message.channel,
        account="shop", direction="in", is_verified=True, subject=message.subject, preview=version.text,
        conversation_id=message.conversation_id, incident_id=message.incident_id,
    )  # fmt: skip


def _incident(message: Message) -> Incident:
    """One in fifty is still open."""
    number = message.inbox_id // INCIDENT_EVERY
    state = IncidentState.NEW if number % 50 == 0 else IncidentState.CLOSED
    return Incident(
        id=message.id, number=number, identity_id=message.identity_id, conversation_id=message.conversation_id or 0,
        state=state, version=1, priority=Priority.NORMAL, priority_reasons=(), subject=message.subject,
        language="uk", opened_us=message.at_us, changed_us=message.at_us, account="shop", channel=message.channel,
    )  # fmt: skip
