"""A notice that told everybody costs nothing until its outage gets another report, and then nobody is overlooked."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from channelhub.domain.notices import NoticeKind
from channelhub.domain.outages import OutageState
from channelhub.domain.outbound import OutboxState
from channelhub.pipeline import noticing
from channelhub.pipeline.commands import outage_reports
from channelhub.store import outage_members, outages, outbox
from channelhub.store.database import Session
from tests.pipeline.announcing import AGENT, TELLING, Desk, addresses
from tests.pipeline.workshop import mail, workshop


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with workshop(tmp_path) as shop:
        shop.book = TELLING
        made = Desk(shop)
        await made.open()
        yield made


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The notices whose addressees were looked for."""
    found: list[int] = []
    look = noticing.address

    async def counted(session: Session, book: Any, notice: Any, **more: Any) -> Any:
        found.append(notice.id)
        return await look(session, book, notice, **more)

    monkeypatch.setattr(noticing, "address", counted)
    return found


async def reported(desk: Desk, name: str, *, outage_id: int = 0) -> int:
    message_id = await desk.shop.take("mail", mail(f"<{name}@x>", f"email:{name}@example.com", "It fails."))
    await desk.report(message_id, outage_id=outage_id)
    return message_id


async def sent_all(desk: Desk) -> None:
    async def write(session: Session) -> None:
        for one in await outbox.in_state(session, OutboxState.QUEUED):
            await outbox.settle(session, one, state=OutboxState.SENT, at_us=one.due_us)

    await desk.shop.store.writer.command(write)


async def test_nobody_is_looked_for_while_nobody_reports(desk: Desk, looks: list[int]) -> None:
    stage = desk.stage()
    await reported(desk, "ann")
    await desk.approved()
    await desk.tell(stage)
    looks.clear()
    for _ in range(3):
        await desk.tell(stage)
    idle = list(looks)
    await reported(desk, "ben")
    await desk.tell(stage)

    assert idle == []
    assert looks
    assert addresses(await desk.sent()) == ["ann@example.com", "ben@example.com"]


async def test_it_still_says_once_that_everybody_was_told(desk: Desk, looks: list[int]) -> None:
    stage = desk.stage()
    await reported(desk, "ann")
    await desk.approved()
    await desk.tell(stage)
    early = await desk.shop.events("notice.sent")
    looks.clear()
    await sent_all(desk)
    await desk.tell(stage)
    await desk.tell(stage)

    assert (early, len(await desk.shop.events("notice.sent")), looks) == ([], 1, [])


async def test_a_stage_that_starts_looks_once_and_sees_what_came_meanwhile(desk: Desk, looks: list[int]) -> None:
    await reported(desk, "ann")
    notice_id = await desk.approved()
    await desk.tell()
    await reported(desk, "ben")
    stage = desk.stage()
    await desk.tell(stage)
    looks.clear()
    await desk.tell(stage)

    assert addresses(await desk.sent(notice_id)) == ["ann@example.com", "ben@example.com"]
    assert looks == []


async def test_reports_of_an_outage_that_is_merged_into_it_are_seen(desk: Desk) -> None:
    stage = desk.stage()
    await reported(desk, "ann")
    await desk.open(outage_id=78)
    await reported(desk, "ben", outage_id=78)
    await desk.approved()
    await desk.tell(stage)
    before = addresses(await desk.sent())
    await outage_reports.merge(desk.shop.acting, AGENT, 78, desk.outage_id)
    await desk.tell(stage)

    assert (before, addresses(await desk.sent())) == (["ann@example.com"], ["ann@example.com", "ben@example.com"])


async def test_the_end_is_told_to_those_whom_a_merged_outage_told_although_it_had_no_report_left(desk: Desk) -> None:
    """Nobody new reports, but there are more who were told before."""
    stage = desk.stage()
    await reported(desk, "ann")
    await desk.open(outage_id=78)
    await reported(desk, "ben", outage_id=78)
    await desk.approved(outage_id=78)
    await desk.tell(stage)
    await sent_all(desk)
    await desk.open(OutageState.RESOLVED)
    await desk.approved(NoticeKind.RESOLUTION)
    await desk.tell(stage)
    await desk.shop.store.writer.command(_merge_without_reports)
    await desk.tell(stage)

    assert addresses(await desk.in_state(OutboxState.QUEUED)) == ["ann@example.com", "ben@example.com"]


async def _merge_without_reports(session: Session) -> None:
    """As the detector merges, after a person has moved each report out of the outage that stays."""
    known = await outages.get(session, 78)
    assert known is not None
    ids = [one.message_id for one in await outages.members(session, 78)]
    await outage_members.remove(session, 77, ids, actor=AGENT, at_us=1)
    await outages.move_members(session, 78, into_id=77)
    await outages.save(session, [replace(known, state=OutageState.RESOLVED, merged_into=77)])
