"""An outage with its reports, and the stage that tells its customers: for tests of notices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from channelhub.domain.notices import NoticeKind, NoticeText
from channelhub.domain.outages import OutageState
from channelhub.domain.outbound import OutboxState
from channelhub.domain.times import to_us
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.commands import notices as commands
from channelhub.pipeline.noticebook import NoticeBook
from channelhub.pipeline.noticing import NoticeStage
from channelhub.store import messages, outages, outbox, recipients
from channelhub.store.database import Session
from channelhub.store.outages import Member, Outage
from channelhub.store.outbox import OutboxItem
from tests.pipeline.workshop import BOOK, Workshop

AGENT = "agent:Olena"
TEXTS = {
    "en": NoticeText(subject="Disruption", text="We know.", short="We know!"),
    "uk": NoticeText(subject="Збій", text="Ми знаємо.", short="Знаємо!"),
    "ru": NoticeText(subject="Сбой", text="Мы знаем.", short="Знаем!"),
}
TELLING = replace(
    BOOK,
    is_acknowledging=False,
    public_url="https://hub.example",
    notices=NoticeBook(
        languages=("en", "uk", "ru"),
        per_minute=60,
        draft=lambda kind, began: TEXTS,
        declining_in_mail=lambda language, link: f"[{language}] no more: {link}",
        declining_in_chat=lambda language: f"[{language}] STOP",
        question=lambda language, link: f"[{language}] how? {link}",
        declined=lambda language: NoticeText(subject=f"[{language}] no more", text=f"[{language}] no more."),
    ),
)


@dataclass
class Desk:
    """A workshop whose rulebook can tell, with one outage."""

    shop: Workshop
    outage_id: int = 77

    def stage(self) -> NoticeStage:
        """A stage that was started just now."""
        shop = self.shop
        return NoticeStage(
            shop.store, book=lambda: shop.book, grouped=Bell(), told=Bell(), now=self.now, log=structlog.get_logger()
        )

    def now(self) -> datetime:
        return self.shop.clock

    async def open(self, state: OutageState = OutageState.CONFIRMED, *, outage_id: int = 0, **changes: int) -> None:
        """Write the outage in a state."""
        at_us = to_us(self.shop.clock)
        made = Outage(
            id=outage_id or self.outage_id, state=state, version=1, title="оплата", terms=("оплата",), reasons=(),
            began_us=at_us, opened_us=at_us, changed_us=at_us, **changes,
        )  # fmt: skip
        await self.shop.store.writer.command(lambda session: outages.save(session, [made]))

    async def report(self, message_id: int, *, outage_id: int = 0) -> None:
        """Attach a message to the outage, as grouping does."""

        async def write(session: Session) -> None:
            one = await messages.get(session, message_id)
            assert one is not None
            member = Member(message_id=one.id, identity_id=one.identity_id, weight=1, reasons=(), at_us=one.at_us)
            await outages.add_members(session, outage_id or self.outage_id, [member])

        await self.shop.store.writer.command(write)

    async def draft(
        self, kind: NoticeKind = NoticeKind.NOTICE, *, identities: Sequence[str] = (), outage_id: int = 0
    ) -> int:
        return await commands.draft(self.shop.acting, AGENT, outage_id or self.outage_id, kind, identities=identities)

    async def approved(
        self, kind: NoticeKind = NoticeKind.NOTICE, *, identities: Sequence[str] = (), outage_id: int = 0
    ) -> int:
        notice_id = await self.draft(kind, identities=identities, outage_id=outage_id)
        await commands.approve(self.shop.acting, AGENT, notice_id)
        return notice_id

    async def tell(self, stage: NoticeStage | None = None) -> None:
        """Let the stage do all there is to do."""
        stage = stage or self.stage()
        while await stage.turn():
            pass
        await stage.turn()

    async def sent(self, notice_id: int = 0) -> list[OutboxItem]:
        """What is in the outbox of notices, in order, but for what was withdrawn."""
        found = [one for state in OutboxState for one in await self.in_state(state) if one.kind == "notice"]
        prefix = f"notice:{notice_id}:" if notice_id else "notice:"
        kept = [one for one in found if one.state is not OutboxState.WITHDRAWN and one.dedupe_key.startswith(prefix)]
        return sorted(kept, key=lambda one: one.id)

    async def in_state(self, state: OutboxState) -> list[OutboxItem]:
        async with self.shop.store.readers.read() as session:
            return await outbox.in_state(session, state)

    async def skipped(self, notice_id: int) -> dict[str, int]:
        """How many addresses a notice skipped or withdrew, by reason."""
        async with self.shop.store.readers.read() as session:
            counts = await recipients.counts(session, notice_id)
        found: dict[str, int] = {}
        for one in counts:
            if one.reason:
                found[one.reason] = found.get(one.reason, 0) + one.addresses
        return found


def addresses(items: Iterable[OutboxItem]) -> list[str]:
    return [one.payload.to for one in items]
