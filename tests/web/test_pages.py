"""The pages: what they show, in three languages, and that customers' text stays text."""

import html
import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.outages import OutageState
from channelhub.domain.times import to_us
from channelhub.store import messages, outages
from channelhub.store.database import Session
from channelhub.store.outages import Member, Outage
from channelhub.store.parking import park
from channelhub.web.pages import rendering
from channelhub.web.pages.chart import chart
from channelhub.web.pages.texts import LANGUAGES, TEXTS, language_of
from channelhub.web.views.explanation import ChartPoint
from tests.web.conftest import BEGAN, Hub
from tests.web.flow import receive

TEMPLATES = sorted((Path(rendering.__file__).parent / "templates").glob("*.html"))
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "{{ 7919 * 7907 }}",
    "</textarea></title><script>alert(1)</script>",
    "javascript:alert(1)",
    "&lt;b&gt; ‮ отзеркалено",
]


class Tags(HTMLParser):
    """Collects what a browser would run."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts = 0
        self.handlers: list[str] = []
        self.inline_styles = 0
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.scripts += tag == "script" and "src" not in names
        self.inline_styles += tag == "style" or "style" in names
        self.handlers += [name for name in names if name.startswith("on")]
        self.links += [names[name] or "" for name in ("href", "action", "src") if name in names]


async def page(hub: Hub, path: str, language: str = "en") -> str:
    headers = hub.admin() | {"Accept-Language": language, "Accept": "text/html"}
    async with hub.http.get(hub.url + path, headers=headers) as answer:
        text = await answer.text()
    assert answer.status == 200, text
    return text


async def with_an_outage(hub: Hub, message_id: str) -> int:
    at_us = to_us(BEGAN)
    raised = Outage(
        id=int(message_id), state=OutageState.SUSPECTED, version=1, title="оплата не проходить", terms=("оплата",),
        reasons=("12 customers in 20 min, 0.4 expected",), began_us=at_us, opened_us=at_us, changed_us=at_us,
    )  # fmt: skip

    async def write(session: Session) -> None:
        await outages.save(session, [raised])
        reported = await messages.get(session, int(message_id))
        assert reported is not None
        member = Member(
            message_id=int(message_id), identity_id=reported.identity_id, weight=1, reasons=("оплата",), at_us=at_us
        )
        await outages.add_members(session, raised.id, [member])

    await hub.store.writer.command(write)
    return raised.id


@pytest.mark.parametrize("language", list(LANGUAGES))
async def test_every_page_shows_itself_in_every_language(hub: Hub, language: str) -> None:
    message_id = await receive(hub, "Не проходить оплата", subject="Оплата")
    outage_id = await with_an_outage(hub, message_id)
    listed = await page(hub, "/latest", language)
    customer = re.search(r'href="(/customers/\d+)#', listed)
    assert customer is not None
    texts = TEXTS[language]

    assert texts["latest"] in listed
    assert "Не проходить оплата" in listed
    assert "оплата не проходить" in listed
    assert texts["cannot_send"].format(account="shop") in await page(hub, customer[1], language)
    assert texts["raw"] in await page(hub, f"/messages/{message_id}", language)
    assert texts["open_outages"] in await page(hub, "/outages", language)
    assert texts["confirm"] in await page(hub, f"/outages/{outage_id}", language)
    assert texts["no_parked"] in await page(hub, "/parked", language)
    assert texts["never"] in await page(hub, "/accounts", language)
    assert "email:hanna@example.com" in await page(hub, "/search?q=hanna@example.com", language)


async def test_a_search_page_marks_words_keeps_what_was_chosen_and_goes_on(hub: Hub) -> None:
    for number in range(21):
        await receive(hub, f"<b>Оплату</b> {number}")
    first = await page(hub, "/search?q=оплата&channel=api&since=2020-01-01&until=9999-12-31&kind=messages&order=newest")
    onward = re.search(r'<a href="(/search[^"]+)">', first)
    assert onward is not None
    second = await page(hub, onward[1].replace("&amp;", "&"))
    best = await page(hub, "/search?q=оплата&order=relevance&customer=1")
    moved = await page(hub, "/?q=оплата")

    assert "&lt;b&gt;<mark>Оплату</mark>&lt;/b&gt; 20" in first
    assert [first.count("<mark>"), second.count("<mark>"), moved.count("<mark>")] == [20, 1, 20]
    assert 'name="channel" maxlength="64" placeholder="email" value="api"' in second
    assert 'value="2020-01-01"' in second
    assert '<option value="relevance" selected>' in best
    assert TEXTS["en"]["search_customer"] in best
    assert "<h1>Search</h1>" in await page(hub, "/search")


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_customers_text_never_becomes_markup(hub: Hub, hostile: str) -> None:
    files = [{"filename": hostile, "content": "YQ=="}]
    sender = {"name": hostile, "identities": [{"kind": "external", "value": hostile}]}
    message_id = await receive(
        hub, hostile, subject=hostile, sender=sender, attachments=files, conversation=hostile, strange=hostile
    )
    home = await page(hub, "/latest")
    found = re.search(r'href="(/customers/\d+)#', home)
    assert found is not None
    shown = [
        home,
        await page(hub, "/"),
        await page(hub, found[1]),
        await page(hub, f"/messages/{message_id}"),
        await page(hub, "/search?q=alert"),
    ]
    for text in shown:
        tags = Tags()
        tags.feed(text)

        assert (tags.scripts, tags.handlers, tags.inline_styles) == (0, [], 0)
        assert not [link for link in tags.links if link.lower().startswith(("javascript:", "data:"))]
        assert "62615533" not in home if hostile == "{{ 7919 * 7907 }}" else True


async def test_a_parked_delivery_is_shown_with_its_reason(hub: Hub) -> None:
    await receive(hub, "ordinary")
    await hub.store.writer.command(
        lambda session: park(
            session, 1, account="shop", reason="unparseable", detail="no <JSON>", salvage={"subject": "<i>"}, at=BEGAN
        )
    )
    text = await page(hub, "/parked")

    assert "unparseable" in text
    assert "no &lt;JSON&gt;" in text
    assert "&lt;i&gt;" in text


async def test_without_a_session_the_page_says_how_to_get_in(hub: Hub) -> None:
    async with hub.http.get(f"{hub.url}/", headers={"Accept": "text/html"}) as answer:
        text = await answer.text()

    assert answer.status == 401
    assert answer.content_type == "text/html"
    assert 'action="/signin"' in text


async def test_a_problem_on_a_page_is_a_page(hub: Hub) -> None:
    async with hub.http.get(f"{hub.url}/customers/7", headers=hub.admin() | {"Accept": "text/html"}) as answer:
        text = await answer.text()

    assert (answer.status, answer.content_type) == (404, "text/html")
    assert "No customer has this id." in text


def test_no_template_switches_escaping_off() -> None:
    for template in TEMPLATES:
        text = template.read_text(encoding="utf-8")

        assert not re.search(r"\|\s*safe|autoescape|Markup| style=|<style|onclick|<script>", text), template.name


def test_the_three_languages_have_the_same_texts() -> None:
    english = TEXTS["en"]
    assert not [name for name in english if hasattr(rendering.Words, name)]  # a template would show the method
    for language in LANGUAGES:
        assert list(TEXTS[language]) == list(english), language
        for name, text in TEXTS[language].items():
            assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[name])), (language, name)


@pytest.mark.parametrize(
    "asked",
    [
        "/?folder=open&channel=api&account=shop&tag=vip&assignee=kate&order=oldest",
        "/audit?actor=agent%3Akate&action=customer.look&customer=17",
        "/search?q=%22%3Cb%3E&kind=messages&order=relevance&channel=api&since=2026-01-02&until=2026-02-03&customer=17",
    ],
)
async def test_every_list_is_narrowed_by_the_same_form_which_keeps_what_was_asked(hub: Hub, asked: str) -> None:
    text = await page(hub, asked)
    narrowing = [one for one in re.findall(r"<form .*?</form>", text, re.DOTALL) if 'narrowing" action="' in one]
    [form] = [one for one in narrowing if 'method="get"' in one]
    given = {
        name: html.unescape(value) for name, value in re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', form)
    }
    for name, options in re.findall(r'<select name="(\w+)">(.*?)</select>', form):
        given[name] = "".join(re.findall(r'<option value="([^"]*)" selected>', options))

    assert given == dict(parse_qsl(urlsplit(asked).query))
    assert form.count("<button") == 1
    assert form.count("<label>") == len(given) - ('type="hidden"' in form)


def test_all_of_the_pages_own_files_are_small() -> None:
    assert sum(len(content) for content in rendering.STATIC.values()) < 100_000


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        ("", "", "en"),
        ("", "de-DE,de;q=0.9", "en"),
        ("", "uk-UA,uk;q=0.9,en;q=0.8", "uk"),
        ("", "en;q=0.2, ru;q=0.9", "ru"),
        ("", "ru;q=0, uk;q=0.1", "uk"),
        ("ru", "uk", "ru"),
        ("xx", "uk", "uk"),
        ("", "uk;q=nonsense, ru", "ru"),
    ],
)
def test_the_readers_language(chosen: str, accepted: str, language: str) -> None:
    assert language_of(chosen, accepted) == language


@given(st.lists(st.tuples(st.integers(0, 500), st.none() | st.floats(0, 900)), min_size=1, max_size=240))
def test_a_chart_counts_every_report_once_and_stays_inside(counts: list[tuple[int, float | None]]) -> None:
    points = [
        ChartPoint(at=BEGAN + timedelta(minutes=minute), reports=reports, expected=expected)
        for minute, (reports, expected) in enumerate(counts)
    ]
    drawn = chart(points, noticed_at=BEGAN + timedelta(minutes=1))
    assert drawn is not None
    corners = [tuple(map(float, corner.split(","))) for corner in drawn.usual.split()]

    assert sum(int(bar.title.rpartition(": ")[2]) for bar in drawn.bars) == sum(reports for reports, _ in counts)
    assert all(
        0 <= bar.x <= drawn.width and bar.y >= 0 and bar.y + bar.height <= drawn.floor + 0.2 for bar in drawn.bars
    )
    assert all(0 <= x <= drawn.width + 0.2 and 0 <= y <= drawn.floor for x, y in corners)
    assert bool(corners) == any(expected is not None for _, expected in counts)
    assert drawn.noticed is None or 0 <= drawn.noticed <= drawn.width


def test_no_intervals_are_no_chart() -> None:
    assert chart([]) is None
