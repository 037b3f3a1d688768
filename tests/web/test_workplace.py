"""The inbox over HTTP: folders, filters and pages; changes of one and of many, undone; views, own and shared."""

from datetime import timedelta
from typing import Any

import pytest

from tests.web.conftest import BEGAN, Hub
from tests.web.flow import receive
from tests.web.test_customers import call


async def opened(hub: Hub, count: int) -> list[str]:
    return [await receive(hub, f"problem {n}", email=f"p{n}@example.com") for n in range(count)]


async def ids(hub: Hub, query: str = "") -> list[str]:
    """Of every page of a list, two at a time."""
    found: list[str] = []
    before = ""
    while True:
        status, answer = await call(hub, "GET", f"/incidents?limit=2&before={before}&{query}")
        assert status == 200, answer
        found += [one["id"] for one in answer["items"]]
        if answer["next"] is None:
            return found
        before = answer["next"]


async def folders(hub: Hub) -> dict[str, int]:
    _, answer = await call(hub, "GET", "/incidents/folders")
    return {one["folder"]: one["incidents"] for one in answer["items"]}


def as_token(token: dict[str, str], hub: Hub, method: str, path: str, body: Any = None) -> Any:
    return call(hub, method, path, body, **token)


async def test_incidents_are_listed_by_folder_filter_and_order(hub: Hub) -> None:
    a, b, c, d = await opened(hub, 4)
    hub.clock[0] = BEGAN + timedelta(minutes=5)
    await call(hub, "PATCH", f"/incidents/{a}", {"version": 1, "state": "waiting_for_customer", "assignee": "local"})
    hub.clock[0] = BEGAN + timedelta(minutes=6)
    await call(hub, "PUT", f"/incidents/{b}/snooze", {"until": None})
    await call(hub, "PUT", f"/incidents/{c}/tags", {"tags": ["VIP", "оплата"]})
    await call(hub, "PATCH", f"/incidents/{d}", {"version": 1, "state": "closed"})

    assert await ids(hub) == [d, c, b, a]
    assert await ids(hub, "order=oldest") == [a, b, c, d]
    assert (await ids(hub, "order=changed"))[-1] == a
    assert await ids(hub, "folder=open") == [c, a]
    assert await ids(hub, "folder=new") == [c]
    assert await ids(hub, "folder=mine") == await ids(hub, "folder=open&assignee=me") == [a]
    assert await ids(hub, "folder=waiting") == [a]
    assert await ids(hub, "folder=snoozed") == [b]
    assert await ids(hub, "folder=closed") == [d]
    assert await ids(hub, "tag=Vip") == await ids(hub, "tag=ОПЛАТА&order=changed") == [c]
    assert await ids(hub, "assignee=nobody&order=oldest") == [b, c, d]
    assert await ids(hub, "channel=api&account=shop&folder=new") == [c]
    assert await ids(hub, "channel=email") == []
    assert await folders(hub) == {"open": 2, "new": 1, "mine": 1, "waiting": 1, "snoozed": 1}


@pytest.mark.parametrize(
    "query", ["folder=nothing", "order=upside", "tag=a,b", "folder=mine&assignee=bob", "before=1.2", "before=x",
              "order=changed&before=7"]
)  # fmt: skip
async def test_a_look_that_makes_no_sense_is_refused(hub: Hub, query: str) -> None:
    status, problem = await call(hub, "GET", f"/incidents?{query}")

    assert status == 422, problem


async def test_a_change_tells_how_to_take_it_back_and_the_taking_back_tells_what_it_did(hub: Hub) -> None:
    (one,) = await opened(hub, 1)
    _, changed = await call(hub, "PATCH", f"/incidents/{one}", {"version": 1, "assignee": "kate", "priority": "high"})
    status, undone = await call(hub, "POST", f"/undo/{changed['undo']}")
    again, _ = await call(hub, "POST", f"/undo/{changed['undo']}")
    _, now = await call(hub, "GET", f"/incidents/{one}")

    assert (changed["assignee"], changed["version"]) == ("kate", 2)
    assert (status, undone) == (
        200,
        {"items": [{"id": one, "version": 3, "problem": None, "detail": None}], "undo": None},
    )
    assert again == 404
    assert (now["assignee"], now["priority"], now["version"]) == ("", "normal", 3)


async def test_a_snooze_is_shown_and_ended(hub: Hub) -> None:
    (one,) = await opened(hub, 1)
    until = (BEGAN + timedelta(hours=3)).isoformat().replace("+00:00", "Z")
    _, asleep = await call(hub, "PUT", f"/incidents/{one}/snooze", {"until": until, "version": 1})
    stale, _ = await call(hub, "PUT", f"/incidents/{one}/snooze", {"until": None, "version": 1})
    past, _ = await call(hub, "PUT", f"/incidents/{one}/snooze", {"until": "2026-03-02T08:00:00Z"})
    naive, _ = await call(hub, "PUT", f"/incidents/{one}/snooze", {"until": "2026-03-03T08:00:00"})
    _, awake = await call(hub, "DELETE", f"/incidents/{one}/snooze")

    assert (asleep["snoozed"], asleep["snoozed_until"]) == (True, until)
    assert (stale, past, naive) == (409, 422, 422)
    assert (awake["snoozed"], awake["snoozed_until"], awake["version"]) == (False, None, 3)


async def test_many_are_changed_at_once_with_an_answer_for_each(hub: Hub) -> None:
    a, b = await opened(hub, 2)
    await call(hub, "PATCH", f"/incidents/{b}", {"version": 1, "state": "closed"})
    asked = [
        {"id": a, "version": 1},
        {"id": b, "version": 2},
        {"id": "7", "version": 1},
        {"id": "9" * 19, "version": 1},
    ]
    body = {"incidents": asked, "state": "acknowledged", "add_tags": ["vip"], "snooze": {"until": None}}
    status, done = await call(hub, "POST", "/incidents/bulk", body)
    _, now = await call(hub, "GET", f"/incidents/{a}")
    many, _ = await call(hub, "POST", "/incidents/bulk", body | {"incidents": [{"id": a, "version": 1}] * 101})

    assert status == 200
    assert [one["problem"] for one in done["items"]] == [None, "refused", "not-found", "not-found"]
    assert (now["state"], now["tags"], now["snoozed"]) == ("acknowledged", ["vip"], True)
    assert done["undo"] is not None
    assert many == 422


async def test_views_are_seen_by_their_owner_and_when_shared_by_all(hub: Hub) -> None:
    kate, olha = await hub.token("lead"), await hub.token("agent")
    _, own = await as_token(kate, hub, "POST", "/views", {"name": "a"})
    _, shared = await as_token(
        kate, hub, "POST", "/views", {"name": "VIP", "filter": {"tag": "vip", "folder": "new"}, "shared": True}
    )
    _, seen_by_kate = await as_token(kate, hub, "GET", "/views")
    _, seen_by_olha = await as_token(olha, hub, "GET", "/views")
    read, _ = await as_token(olha, hub, "GET", f"/views/{shared['id']}")
    hidden, _ = await as_token(olha, hub, "GET", f"/views/{own['id']}")
    foreign, _ = await as_token(olha, hub, "PATCH", f"/views/{shared['id']}", {"version": 1, "name": "mine"})
    gone, _ = await as_token(olha, hub, "DELETE", f"/views/{shared['id']}")
    stale, _ = await as_token(kate, hub, "PATCH", f"/views/{shared['id']}", {"version": 7, "name": "b"})
    changed, view = await as_token(kate, hub, "PATCH", f"/views/{own['id']}", {"version": 1, "shared": True})
    deleted, _ = await as_token(kate, hub, "DELETE", f"/views/{shared['id']}")

    assert [one["name"] for one in seen_by_kate["items"]] == ["a", "VIP"]
    assert [(one["name"], one["own"]) for one in seen_by_olha["items"]] == [("VIP", False)]
    assert shared["filter"] == {
        "folder": "new", "assignee": "", "channel": "", "account": "", "tag": "vip", "order": "changed",
    }  # fmt: skip
    assert (read, hidden) == (200, 404)
    assert (foreign, gone, stale, changed, deleted) == (404, 404, 409, 200, 204)
    assert (view["shared"], view["version"], view["name"]) == (True, 2, "a")


async def test_another_persons_step_is_not_undone(hub: Hub) -> None:
    (one,) = await opened(hub, 1)
    kate = await hub.token("agent")
    _, changed = await as_token(kate, hub, "PATCH", f"/incidents/{one}", {"version": 1, "assignee": "kate"})
    status, _ = await call(hub, "POST", f"/undo/{changed['undo']}")

    assert status == 404
