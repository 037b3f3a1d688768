"""People's decisions about outages and their reports, by the API."""

from typing import Any
from urllib.parse import urlencode

import pytest

from channelhub.domain.outages import OutageState
from channelhub.domain.times import to_us
from channelhub.rules.outage.emerging import Emerging
from channelhub.store import emerging, messages, outages
from channelhub.store.database import Session
from channelhub.store.outages import Member, Outage
from tests.web.conftest import BEGAN, Hub
from tests.web.flow import receive

AT_US = to_us(BEGAN)


async def call(hub: Hub, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    send = hub.http.request(method, f"{hub.url}/api/v1/outages/{path}", json=body, headers=hub.admin())
    async with send as answer:
        return answer.status, await answer.json()


async def raised(hub: Hub, count: int, about: str) -> tuple[str, list[str]]:
    """An outage with so many customers' reports: its id, and theirs."""
    ids = [await receive(hub, f"{about} {n}", email=f"{about}{n}@example.com") for n in range(count)]

    async def write(session: Session) -> None:
        await outages.save(session, [
            Outage(
                id=int(ids[-1]), state=OutageState.SUSPECTED, version=1, title=about, terms=(about,), reasons=(),
                began_us=AT_US, opened_us=AT_US, changed_us=AT_US,
            )
        ])  # fmt: skip
        found = await messages.get_many(session, [int(one) for one in ids])
        await outages.add_members(session, int(ids[-1]), [
            Member(message_id=one.id, identity_id=one.identity_id, weight=1, reasons=(), at_us=one.at_us)
            for one in found.values()
        ])  # fmt: skip

    await hub.store.writer.command(write)
    return ids[-1], ids


def reported(answer: Any) -> list[str]:
    return sorted(member["message_id"] for member in answer["members"])


async def test_merged_unmerged_split_and_moved_by_the_api(hub: Hub) -> None:
    lift, of_lift = await raised(hub, 3, "lift")
    oven, of_oven = await raised(hub, 2, "oven")
    merged = await call(hub, "POST", f"{lift}/merge", {"into": oven, "version": 1})
    gone = await call(hub, "GET", lift)
    again = await call(hub, "POST", f"{lift}/unmerge")
    new = await call(hub, "POST", f"{lift}/split", {"messages": of_lift[:2], "title": "The doors"})
    out = await call(hub, "DELETE", f"{new[1]['id']}/members/{of_lift[0]}")
    back = await call(hub, "POST", f"{oven}/members", {"message_id": of_lift[0]})

    assert [status for status, _ in (merged, gone, again, new, out, back)] == [200] * 6
    assert (merged[1]["id"], reported(merged[1])) == (oven, sorted(of_lift + of_oven))
    assert (gone[1]["merged_into"], gone[1]["state"]) == (oven, "resolved")
    assert (again[1]["merged_into"], again[1]["state"]) == (None, "suspected")
    assert (new[1]["title"], reported(new[1])) == ("The doors", of_lift[:2])
    assert reported(out[1]) == [of_lift[1]]
    assert reported(back[1]) == sorted([of_lift[0], *of_oven])


async def test_a_stale_version_is_a_conflict_and_changes_nothing(hub: Hub) -> None:
    lift, of_lift = await raised(hub, 3, "lift")
    oven, _ = await raised(hub, 2, "oven")
    stale = [
        await call(hub, "POST", f"{lift}/merge", {"into": oven, "version": 7}),
        await call(hub, "POST", f"{lift}/split", {"messages": of_lift[:1], "version": 7}),
        await call(hub, "POST", f"{lift}/members", {"message_id": of_lift[0], "version": 7}),
        await call(hub, "DELETE", f"{lift}/members/{of_lift[0]}?version=7"),
        await call(hub, "POST", f"{lift}/monitor", {"version": 7}),
        await call(hub, "POST", f"{lift}/unmerge", {"version": 7}),
    ]

    assert [status for status, _ in stale] == [409] * 6
    assert (await call(hub, "GET", lift))[1]["version"] == 1


async def press(hub: Hub, path: str, **fields: str) -> tuple[int, str]:
    """A button of the page: the answer's status and where it leads."""
    headers = hub.admin() | {"Content-Type": "application/x-www-form-urlencoded"}
    url = f"{hub.url}/outages/{path}"
    async with hub.http.post(url, data=urlencode(fields), headers=headers, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location", "")


async def test_every_decision_has_its_button_on_the_page(hub: Hub) -> None:
    lift, of_lift = await raised(hub, 4, "lift")
    oven, _ = await raised(hub, 2, "oven")
    async with hub.http.get(f"{hub.url}/outages/{lift}", headers=hub.admin()) as answer:
        page = await answer.text()

    for action in ("confirm", "monitor", "resolve", "dismiss", "merge", "move-out", "split"):
        assert f'action="/outages/{lift}/{action}"' in page
    assert f'<option value="{oven}">' in page
    assert f'name="report-{of_lift[0]}"' in page


async def test_buttons_monitor_split_move_merge_and_take_back(hub: Hub) -> None:
    lift, of_lift = await raised(hub, 4, "lift")
    oven, _ = await raised(hub, 2, "oven")
    picked = {f"report-{of_lift[0]}": "on", "title": "Doors"}
    pressed = [
        await press(hub, f"{lift}/monitor", version="1"),
        await press(hub, f"{lift}/split", **picked),
        await press(hub, f"{lift}/move-out", **{f"report-{of_lift[1]}": "on"}),
        await press(hub, f"{lift}/merge", into=oven),
        await press(hub, f"{lift}/unmerge"),
    ]
    wrong = [
        await press(hub, f"{lift}/split"),
        await press(hub, f"{lift}/merge", into="x"),
        await press(hub, f"{lift}/merge", into=oven, version="1"),
    ]
    places = [lift, of_lift[0], lift, oven, lift]

    assert pressed == [(303, f"/outages/{place}") for place in places]
    assert [status for status, _ in wrong] == [422, 422, 409]
    assert (await call(hub, "GET", of_lift[0]))[1]["title"] == "Doors"
    assert reported((await call(hub, "GET", lift))[1]) == sorted(of_lift[2:])


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "5/merge", {"into": "6"}, 404),
        ("POST", "{lift}/merge", {"into": "{lift}"}, 409),
        ("POST", "{lift}/merge", {"into": "x"}, 422),
        ("POST", "{lift}/merge", {"into": "9" * 19}, 422),
        ("POST", "{lift}/merge", {}, 422),
        ("POST", "{lift}/split", {"messages": []}, 422),
        ("POST", "{lift}/split", {"messages": ["1"] * 1001}, 422),
        ("POST", "{lift}/split", {"messages": ["7"]}, 409),
        ("POST", "{lift}/members", {"message_id": "7"}, 404),
        ("DELETE", "{lift}/members/7", None, 409),
        ("DELETE", "{lift}/members/x", None, 404),
    ],
)
async def test_what_is_wrong_is_said(hub: Hub, method: str, path: str, body: Any, status: int) -> None:
    lift, _ = await raised(hub, 2, "lift")
    if body and body.get("into") == "{lift}":
        body = {"into": lift}
    answered, problem = await call(hub, method, path.format(lift=lift), body)

    assert answered == status
    assert problem["detail"]


async def test_what_is_rising_is_shown_to_who_asks(hub: Hub) -> None:
    message_id = await receive(hub, "the lift is stuck")
    rising = Emerging(
        first_us=AT_US, last_us=AT_US, customers=3, score=4.5, needed=6.75, terms=("lift", "#stuck"),
        messages=(int(message_id),),
    )  # fmt: skip
    await hub.store.writer.command(lambda session: emerging.replace_all(session, [rising]))
    status, answer = await call(hub, "GET", "emerging")

    assert status == 200
    (one,) = answer["items"]
    assert (one["customers"], one["terms"], one["text"]) == (3, ["lift", "stuck"], "the lift is stuck")
    assert one["messages"] == [message_id]
