"""Notices through the API: drafted, looked at, approved once by a person, cancelled."""

from dataclasses import replace
from typing import Any

import pytest

from channelhub.domain.notices import NoticeText
from channelhub.domain.outages import OutageState
from channelhub.domain.times import to_us
from channelhub.pipeline.noticebook import NoticeBook
from channelhub.store import messages, outages
from channelhub.store.database import Session
from channelhub.store.outages import Member, Outage
from tests.web.conftest import BEGAN, BOOK, Hub
from tests.web.flow import receive

TEXTS = {"uk": {"subject": "Збій", "text": "Ми знаємо."}, "en": {"subject": "Disruption", "text": "We know."}}


async def call(hub: Hub, method: str, path: str, body: object = None, *, role: str = "") -> tuple[int, Any]:
    headers = await hub.token(role) if role else hub.admin()
    async with hub.http.request(method, f"{hub.url}/api/v1{path}", json=body, headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


async def outage(hub: Hub, *message_ids: str, state: OutageState = OutageState.CONFIRMED) -> int:
    """An outage that some messages report."""
    at_us = to_us(BEGAN)
    raised = Outage(
        id=4711, state=state, version=1, title="оплата", terms=("оплата",), reasons=(),
        began_us=at_us, opened_us=at_us, changed_us=at_us,
    )  # fmt: skip

    async def write(session: Session) -> None:
        await outages.save(session, [raised])
        for message_id in message_ids:
            reported = await messages.get(session, int(message_id))
            assert reported is not None
            member = Member(message_id=reported.id, identity_id=reported.identity_id, weight=1, reasons=(), at_us=at_us)
            await outages.add_members(session, raised.id, [member])

    await hub.store.writer.command(write)
    return raised.id


async def test_a_draft_shows_whom_it_would_reach_and_why_not_the_others(hub: Hub) -> None:
    outage_id = await outage(hub, await receive(hub, "Не проходить оплата"))
    status, made = await call(hub, "POST", f"/outages/{outage_id}/notices", {"texts": TEXTS}, role="agent")
    _, listed = await call(hub, "GET", f"/outages/{outage_id}/notices")
    _, every = await call(hub, "GET", "/notices?limit=1")

    assert status == 201
    assert (made["kind"], made["state"], made["languages"]) == ("notice", "draft", ["en", "uk"])
    assert made["audience"] == {
        "customers": 0, "told": [], "unsent": [{"reason": "unreachable", "addresses": 1}], "whole": True,
    }  # fmt: skip
    assert [one["id"] for one in listed["items"]] == [made["id"]] == [one["id"] for one in every["items"]]


async def test_a_draft_is_changed_and_approved_as_it_was_read(hub: Hub) -> None:
    outage_id = await outage(hub)
    _, made = await call(hub, "POST", f"/outages/{outage_id}/notices", {"texts": TEXTS})
    at = f"/notices/{made['id']}"
    changed_status, changed = await call(
        hub, "PATCH", at, {"version": 1, "texts": {"en": TEXTS["en"]}, "identities": ["email:a@example.com"]}
    )
    stale, _ = await call(hub, "PATCH", at, {"version": 1, "texts": TEXTS})
    early, _ = await call(hub, "POST", f"{at}/approve", {"version": 1})
    approved_status, approved = await call(hub, "POST", f"{at}/approve", {"version": 2}, role="lead")
    again, _ = await call(hub, "POST", f"{at}/approve")
    late, _ = await call(hub, "PATCH", at, {"version": 3, "texts": TEXTS})

    assert (changed_status, changed["languages"], changed["listed"]) == (200, ["en"], 1)
    assert (stale, early, again, late) == (409, 409, 409, 409)
    assert (approved_status, approved["state"], approved["approver"]) == (200, "approved", "lead:lead of a test")
    assert approved["audience"] is None


async def test_a_notice_is_cancelled_once(hub: Hub) -> None:
    outage_id = await outage(hub)
    _, made = await call(hub, "POST", f"/outages/{outage_id}/notices", {"texts": TEXTS})
    status, cancelled = await call(hub, "POST", f"/notices/{made['id']}/cancel")
    again, _ = await call(hub, "POST", f"/notices/{made['id']}/cancel")

    assert (status, cancelled["state"], again) == (200, "cancelled", 409)


async def test_an_outage_that_nobody_confirmed_is_told_to_nobody(hub: Hub) -> None:
    outage_id = await outage(hub, state=OutageState.SUSPECTED)
    _, made = await call(hub, "POST", f"/outages/{outage_id}/notices", {"texts": TEXTS})
    status, problem = await call(hub, "POST", f"/notices/{made['id']}/approve")

    assert status == 409
    assert "confirmed" in problem["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"kind": "rumour", "texts": TEXTS}, 422),
        ({"texts": {"english": TEXTS["en"]}}, 422),
        ({"texts": {"en": {"subject": "", "text": "x"}}}, 422),
        ({"texts": {"en": {"subject": " ", "text": "x"}}}, 422),
        ({"texts": {"en": {"subject": "x", "text": "x" * 10_001}}}, 422),
        ({"texts": TEXTS, "identities": ["ann"]}, 422),
        ({"texts": TEXTS, "identities": ["telegram:5"]}, 422),
        ({"texts": TEXTS, "identities": ["x:" + "a" * 500]}, 422),
        ({"unknown": 1}, 422),
        ([], 422),
    ],
)
async def test_what_makes_no_notice_is_refused_with_its_reason(hub: Hub, body: object, status: int) -> None:
    outage_id = await outage(hub)
    got, problem = await call(hub, "POST", f"/outages/{outage_id}/notices", body)

    assert got == status
    assert problem["detail"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/outages/5/notices"), ("GET", "/outages/5/notices"), ("GET", "/notices/5"),
        ("PATCH", "/notices/5"), ("POST", "/notices/5/approve"), ("POST", "/notices/5/cancel"),
    ],
)  # fmt: skip
async def test_what_does_not_exist_is_a_404(hub: Hub, method: str, path: str) -> None:
    body = {"version": 1} if method == "PATCH" else {"texts": TEXTS} if path.endswith("notices") else None
    status, _ = await call(hub, method, path, body if method != "GET" else None)

    assert status == 404


async def test_who_only_brings_messages_in_decides_about_no_notice(hub: Hub) -> None:
    for method, path in (("POST", "/outages/1/notices"), ("POST", "/notices/1/approve"), ("GET", "/notices")):
        status, _ = await call(hub, method, path, role="ingest")

        assert status == 403


async def open_page(hub: Hub, path: str, *, language: str = "uk") -> str:
    async with hub.http.get(hub.url + path, headers=hub.admin() | {"Accept-Language": language}) as answer:
        text = await answer.text()
    assert answer.status == 200, text
    return text


async def press(hub: Hub, path: str, **fields: str) -> tuple[int, str]:
    """Post a form; the status, and where it leads."""
    async with hub.http.post(hub.url + path, data=fields, headers=hub.admin(), allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location", "")


async def test_a_person_writes_and_approves_a_notice_on_the_pages(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {code: NoticeText(subject=f"S {code}", text=f"<b>{code}</b>") for code in ("en", "uk", "ru")}
    book = replace(BOOK, notices=NoticeBook(draft=lambda kind, began: texts))
    monkeypatch.setattr("tests.web.conftest.BOOK", book)
    outage_id = await outage(hub, await receive(hub, "Не проходить оплата"))
    before = await open_page(hub, f"/outages/{outage_id}")
    status, page = await press(hub, f"/outages/{outage_id}/notices", kind="notice")
    drafted = await open_page(hub, page)
    fields = {f"{field}-{code}": f"{field} {code}" for field in ("subject", "text", "short") for code in ("en", "uk")}
    saved, _ = await press(hub, page, version="1", **fields)
    stale, _ = await press(hub, f"{page}/approve", version="1")
    approved, _ = await press(hub, f"{page}/approve", version="2")
    shown = await open_page(hub, page)
    listed = await open_page(hub, f"/outages/{outage_id}")

    assert "Написати сповіщення" in before
    assert (status, saved, stale, approved) == (303, 303, 409, 303)
    assert "&lt;b&gt;uk&lt;/b&gt;" in drafted
    assert "<b>uk</b>" not in drafted
    assert "Схвалити й надіслати" in drafted
    assert "text uk" in shown
    assert "text ru" not in shown
    assert f'href="{page}"' in listed


async def test_the_page_of_a_draft_that_fits_no_more_says_why_it_cannot_go(hub: Hub) -> None:
    outage_id = await outage(hub)
    _, made = await call(hub, "POST", f"/outages/{outage_id}/notices", {"texts": TEXTS})
    await outage(hub, state=OutageState.RESOLVED)
    text = await open_page(hub, f"/notices/{made['id']}", language="en")

    assert "only while a confirmed outage lasts" in text
    assert f'action="/notices/{made["id"]}/approve"' not in text


@pytest.mark.parametrize(("path", "fields"), [("/notices/5", {}), ("/notices/5/approve", {"version": "x"})])
async def test_a_broken_form_is_told_so(hub: Hub, path: str, fields: dict[str, str]) -> None:
    status, _ = await press(hub, path, **fields)

    assert status == 422
