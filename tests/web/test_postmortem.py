"""The record of an outage: its course and numbers, and nothing that a customer wrote unless it is asked for."""

from datetime import timedelta
from typing import Any

import pytest

from channelhub.domain.notices import NoticeKind, NoticeText
from channelhub.domain.outages import OutageState
from channelhub.domain.outbound import OutboxState
from channelhub.domain.times import to_us
from channelhub.pipeline.commands import notices as commands
from channelhub.store import messages, outage_decisions, outages
from channelhub.store.database import Session
from channelhub.store.outage_decisions import Decided
from channelhub.store.outages import Member, Outage
from channelhub.web.pages.postmortem import escaped, span
from tests.web.conftest import BEGAN, Hub
from tests.web.flow import receive

OUTAGE = 4711
SECRET_WORDS = "моя картка 4111 не працює"
TITLE = "оплата | не <b>проходить</b>"


def us(minutes: float) -> int:
    return to_us(BEGAN + timedelta(minutes=minutes))


async def live_through(hub: Hub) -> None:
    """Reported at 0 and 2 minutes, suspected at 5, confirmed at 9, resolved at 60; nobody could be told."""
    ids = [int(await receive(hub, SECRET_WORDS, email=f"c{number}@example.com")) for number in range(2)]
    done = Outage(
        id=OUTAGE, state=OutageState.RESOLVED, version=3, title=TITLE, terms=("оплата",), reasons=(),
        began_us=us(0), opened_us=us(5), changed_us=us(60), closed_us=us(60),
    )  # fmt: skip

    async def write(session: Session) -> None:
        await outages.save(session, [done])
        for number, one in enumerate((await messages.get_many(session, ids)).values()):
            member = Member(message_id=one.id, identity_id=one.identity_id, weight=1, reasons=(), at_us=us(2 * number))
            await outages.add_members(session, OUTAGE, [member])
        for at_us, word, actor in (
            (us(5), "suspected", ""),
            (us(9), "confirm", "agent:Olena"),
            (us(60), "resolve", ""),
        ):
            made = Decided(outage_id=OUTAGE, at_us=at_us, decision=word, reasons=(), actor=actor)
            await outage_decisions.add(session, [made])

    await hub.store.writer.command(write)
    notice_id = await commands.draft(
        hub.parts.acting, "agent:Olena", OUTAGE, NoticeKind.RESOLUTION,
        texts={"uk": NoticeText(subject="Усунуто", text="Усе працює.")},
    )  # fmt: skip
    await commands.approve(hub.parts.acting, "agent:Olena", notice_id)


async def ask(hub: Hub, **query: str) -> tuple[int, Any]:
    address = f"{hub.url}/api/v1/outages/{OUTAGE}/postmortem"
    async with hub.http.get(address, params=query, headers=hub.admin()) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_the_record_says_how_long_everything_took(hub: Hub) -> None:
    await live_through(hub)
    status, found = await ask(hub)

    assert status == 200
    assert found["seconds"] == {"to_detect": 300, "to_confirm": 240, "to_notice": None, "to_resolve": 3600}
    assert (found["customers"], found["messages"], found["customers_told"]) == (2, 2, 0)
    assert found["channels"] == [{"value": "api", "messages": 2, "customers": 2}]
    assert [(one["moment"], one["word"]) for one in found["course"]] == [
        ("first_report", ""), ("approved", "resolution"), ("last_report", ""), ("decision", "suspected"),
        ("decision", "confirm"), ("decision", "resolve"),
    ]  # fmt: skip
    assert [one["actor"] for one in found["course"] if one["word"] == "confirm"] == ["agent:Olena"]


@pytest.mark.parametrize(
    ("language", "word"), [("en", "# Post-mortem"), ("uk", "# Розбір збою"), ("ru", "# Разбор сбоя")]
)
async def test_the_markdown_is_the_same_each_time_and_holds_no_customers_words(
    hub: Hub, language: str, word: str
) -> None:
    await live_through(hub)
    _, found = await ask(hub, language=language)
    _, again = await ask(hub, language=language)

    assert found["markdown"] == again["markdown"]
    assert found["markdown"].startswith(word)
    assert "2026-03-02 09:05:00 UTC" in found["markdown"]
    assert "0:05:00" in found["markdown"]
    assert SECRET_WORDS not in str(found)
    assert "<b>" not in found["markdown"]
    assert f"state_{OutboxState.SENT}" not in found["markdown"]


async def test_reports_are_in_it_where_they_are_asked_for(hub: Hub) -> None:
    await live_through(hub)
    _, found = await ask(hub, reports="true")

    assert [one["text"] for one in found["reports"]] == [SECRET_WORDS] * 2
    assert found["markdown"].count(SECRET_WORDS) == 2


async def test_the_page_gives_it_as_a_file(hub: Hub) -> None:
    await live_through(hub)
    async with hub.http.get(
        f"{hub.url}/outages/{OUTAGE}/postmortem", headers=hub.admin() | {"Accept-Language": "uk"}
    ) as answer:
        text = await answer.text()

    assert answer.content_type == "text/markdown"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="outage-{OUTAGE}.md"'
    assert text.startswith("# Розбір збою")


async def test_no_outage_has_no_record(hub: Hub) -> None:
    status, _ = await ask(hub)

    assert status == 404


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\n# b", r"a \# b"),
        ("[x](javascript:alert(1))", r"\[x\]\(javascript:alert\(1\)\)"),
        ("|a|", r"\|a\|"),
        ("\x1b[31mred\u202e", r"\[31mred"),
        ("<img src=x>", r"\<img src=x\>"),
    ],
)
def test_customers_words_stay_words_in_markdown(text: str, shown: str) -> None:
    assert escaped(text) == shown


@pytest.mark.parametrize(("span_us", "shown"), [(None, "—"), (0, "0:00:00"), (3_723_000_000, "1:02:03")])
def test_a_time_is_written_in_hours_minutes_and_seconds(span_us: int | None, shown: str) -> None:
    assert span(span_us) == shown
