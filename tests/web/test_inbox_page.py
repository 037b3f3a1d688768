"""The inbox as a page: folders, picked incidents changed by plain forms, undone, views; in three languages."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from channelhub.store import timeline
from channelhub.web.pages.customer import PAGE
from channelhub.web.pages.inbox import SNOOZES
from channelhub.web.pages.texts import LANGUAGES, TEXTS
from tests.web.conftest import Hub
from tests.web.flow import receive
from tests.web.test_customers import call
from tests.web.test_pages import page

HERE = {"shown-folder": "new", "shown-order": "oldest", "shown-tag": "", "shown-channel": "api"}


async def pressed(hub: Hub, path: str, *fields: tuple[str, str], **more: str) -> tuple[int, str]:
    """The status of a posted form, and where it leads."""
    form = [*fields, *more.items()]
    async with hub.http.post(hub.url + path, data=form, headers=hub.admin(), allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location", "")


async def opened(hub: Hub, count: int) -> list[str]:
    return [await receive(hub, f"problem {n}", email=f"p{n}@example.com", subject=f"Справа {n}") for n in range(count)]


async def incident(hub: Hub, one: str) -> dict[str, object]:
    _, found = await call(hub, "GET", f"/incidents/{one}")
    return dict(found)


def picked(text: str) -> list[str]:
    return re.findall(r'name="incident" value="([0-9.]+)"', text)


@pytest.mark.parametrize("language", list(LANGUAGES))
async def test_the_inbox_shows_each_folder_in_every_language(hub: Hub, language: str) -> None:
    one, two = await opened(hub, 2)
    await call(hub, "PUT", f"/incidents/{two}/snooze", {"until": None})
    await call(hub, "PUT", f"/incidents/{one}/tags", {"tags": ["віп"]})
    texts = TEXTS[language]
    todo, snoozed = await page(hub, "/", language), await page(hub, "/?folder=snoozed", language)

    assert f'<h1 id="list">{texts["folder_open"]}</h1>' in todo
    assert "Справа 0" in todo
    assert "problem 0" in todo
    assert "Ганна" in todo
    assert ">віп<" in todo
    assert "Справа 1" not in todo
    assert "Справа 1" in snoozed
    assert texts["snoozed_until_written"] in snoozed
    assert texts["wake"] in snoozed
    for folder in ("new", "mine", "waiting", "closed"):
        assert texts[f"folder_{folder}"] in await page(hub, f"/?folder={folder}", language)


async def test_picked_incidents_are_changed_and_it_leads_back_with_an_undo(hub: Hub) -> None:
    one, two = await opened(hub, 2)
    both = [("incident", value) for value in picked(await page(hub, "/"))]
    status, where = await pressed(hub, "/inbox", *both, do="tag", tags=" VIP, оплата ,", **HERE)
    told = parse_qs(urlsplit(where).query)
    shown = await page(hub, where)
    step = told["undo"][0]
    stale = await pressed(hub, "/inbox", *both, do="assign-me", **HERE)
    undone = await pressed(hub, f"/inbox/undo/{step}", **HERE)

    assert (status, urlsplit(where).path, len(both)) == (303, "/", 2)
    assert told == {"folder": ["new"], "order": ["oldest"], "channel": ["api"], "undo": [step], "changed": ["2"]}
    assert TEXTS["en"]["changed_count"].format(count=2) in shown
    assert f'action="/inbox/undo/{step}"' in shown
    assert stale == (303, "/?folder=new&channel=api&order=oldest&left=2")
    assert undone[1].endswith("&changed=2")
    assert [(await incident(hub, each))["tags"] for each in (one, two)] == [[], []]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"do": "assign-me"}, {"assignee": "local"}),
        ({"do": "assign", "to": "kate"}, {"assignee": "kate"}),
        ({"do": "typed", "to": "kate"}, {"assignee": "kate"}),
        ({"do": "typed", "tags": "vip"}, {"tags": ["vip"], "assignee": ""}),
        ({"do": "state", "state": "waiting_for_customer"}, {"state": "waiting_for_customer"}),
        ({"do": "snooze", "for": "write"}, {"snoozed": True, "snoozed_until": None}),
        ({"do": "snooze", "for": "1d"}, {"snoozed": True, "snoozed_until": "2026-03-03T09:00:00Z"}),
        ({"do": "wake"}, {"snoozed": False}),
    ],
    ids=lambda given: "-".join(str(one) for one in given.values()) if "do" in given else "",
)
async def test_each_button_does_what_it_says(hub: Hub, fields: dict[str, str], expected: dict[str, object]) -> None:
    (one,) = await opened(hub, 1)
    status, where = await pressed(hub, "/inbox", incident=f"{one}.1", customer="", **fields)
    now = await incident(hub, one)

    assert (status, "changed=1" in where) == (303, True)
    assert {name: now[name] for name in expected} == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"do": "explode"}, {}, {"do": "assign", "to": " "}, {"do": "state", "state": "odd"}, {"do": "tag", "tags": ","},
        {"do": "tag", "tags": "x" * 41}, {"do": "snooze", "for": "9h"}, {"do": "wake", "incident": "1"},
        {"do": "wake", "shown-folder": "odd"},
    ],
    ids=str,
)  # fmt: skip
async def test_a_form_that_the_pages_do_not_have_changes_nothing(hub: Hub, fields: dict[str, str]) -> None:
    (one,) = await opened(hub, 1)
    status, _ = await pressed(hub, "/inbox", **{"incident": f"{one}.1", **fields})
    now = await incident(hub, one)

    assert status == 422
    assert (now["version"], now["state"], now["assignee"], now["snoozed"], now["tags"]) == (1, "new", "", False, [])


async def test_a_card_offers_the_same_and_leads_back_to_itself(hub: Hub) -> None:
    (one,) = await opened(hub, 1)
    customer = (await incident(hub, one))["customer_id"]
    await call(hub, "PUT", f"/incidents/{one}/tags", {"tags": ["vip"]})
    _, as_json = await call(hub, "GET", f"/customers/{customer}")
    card = await page(hub, f"/customers/{customer}")
    _, where = await pressed(hub, "/inbox", incident=f"{one}.2", customer=str(customer), do="assign", to="kate")
    after = await page(hub, where)
    conflict, _ = await pressed(hub, "/inbox", incident=f"{one}.1", customer=str(customer), do="assign-me")
    _, state_changed = await pressed(hub, f"/incidents/{one}", version="3", state="closed", customer=str(customer))

    assert picked(card) == [f"{one}.2"]
    assert '<span class="badge">vip</span>' in card
    assert as_json["incidents"][0]["tags"] == ["vip"]
    assert where.startswith(f"/customers/{customer}?undo=")
    assert TEXTS["en"]["assigned_to"].format(name="kate") in after
    assert "/inbox/undo/" in after
    assert conflict == 409
    assert "undo=" in state_changed


def led_to(inbox: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'<a class="row" href="([^"]+)">', inbox)]


async def test_a_row_leads_to_how_it_began_however_much_was_written_since(hub: Hub) -> None:
    one = await receive(hub, "Не приходить код", email="ann@example.com", conversation="codes")
    for number in range(PAGE + 5):
        await receive(hub, f"І досі ні, {number}", email="ann@example.com", conversation="codes")
    await receive(hub, "Інше питання", email="ann@example.com", conversation="else")
    [where] = [one_place for one_place in led_to(await page(hub, "/?order=oldest")) if one_place.endswith(f"#m{one}")]
    shown = await page(hub, where)
    newest = await page(hub, urlsplit(where).path)
    mine = (await incident(hub, one))["conversation_id"]

    assert f'id="m{one}"' in shown
    assert f'id="m{one}"' not in newest
    assert parse_qs(urlsplit(where).query) == {"around": [one], "conversation": [mine]}


async def test_a_row_of_which_the_beginning_is_gone_leads_to_the_card(hub: Hub) -> None:
    (one,) = await opened(hub, 1)
    async with hub.store.readers.read() as session:
        entry = await timeline.get(session, int(one))
    assert entry is not None
    await hub.store.writer.command(
        lambda session: timeline.remove(session, identity_id=entry.identity_id, at_us=entry.at_us, entry_id=entry.id)
    )
    [where] = led_to(await page(hub, "/"))

    assert "around" not in where
    assert "Справа 0" in await page(hub, where)


async def test_an_address_of_somebodys_own_is_never_led_to(hub: Hub) -> None:
    (one,) = await opened(hub, 1)
    for customer in ("//evil.example", "1/../../x", "9" * 20, "-1"):
        _, where = await pressed(hub, "/inbox", incident=f"{one}.99", do="wake", customer=customer)

        assert where == ""  # the version is stale: refused, not led anywhere
        _, where = await pressed(hub, "/inbox", do="wake", customer=customer)
        assert where == "/"


async def test_a_view_is_saved_shown_and_deleted(hub: Hub) -> None:
    await opened(hub, 1)
    _, where = await pressed(hub, "/inbox/views", name="<b>Мої</b>", shared="yes", **HERE)
    shown = await page(hub, where)
    _, listed = await call(hub, "GET", "/views")
    (view,) = listed["items"]
    _, back = await pressed(hub, f"/inbox/views/{view['id']}/remove", **HERE)

    assert where == back == "/?folder=new&channel=api&order=oldest"
    assert "&lt;b&gt;Мої&lt;/b&gt;" in shown
    assert 'href="/?folder=new&amp;channel=api&amp;order=oldest" aria-current="page"' in shown
    assert view["shared"] is True
    assert (await call(hub, "GET", "/views"))[1]["items"] == []


async def test_whoever_only_reads_is_shown_no_buttons(hub: Hub) -> None:
    await opened(hub, 1)
    reader = await hub.token("reader")
    headers = reader | {"Accept": "text/html"}
    async with hub.http.get(f"{hub.url}/", headers=headers) as answer:
        text = await answer.text()
    async with hub.http.post(f"{hub.url}/inbox", data={"do": "wake"}, headers=reader) as refused:
        status = refused.status

    assert answer.status == 200
    assert "Справа 0" in text
    assert 'action="/inbox' not in text
    assert status == 403


async def test_a_long_folder_goes_on_page_after_page(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channelhub.web.pages.inbox.PAGE", 2)
    made = await opened(hub, 5)
    seen: list[str] = []
    where = "/?order=newest"
    while where:
        text = await page(hub, where)
        seen += [one.partition(".")[0] for one in picked(text)]
        further = re.search(r'<a href="([^"]+)" rel="next"', text)
        where = further[1].replace("&amp;", "&") if further else ""

    assert seen == made[::-1]


def test_every_length_of_a_snooze_has_its_words() -> None:
    for language in LANGUAGES:
        assert all(f"snooze_{one}" in TEXTS[language] for one in SNOOZES)
