"""The administrators' pages: people, tokens, and what the hub runs with."""

import re
from typing import Annotated

import msgspec
import pytest

from channelhub.domain.secrets import Secret
from channelhub.settings.models import Account, HttpSettings, Settings
from channelhub.store import tokens as token_store
from channelhub.web.pages.texts import LANGUAGES, TEXTS
from channelhub.web.views.settings import sections
from tests.web.conftest import Hub
from tests.web.flow import receive

OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


async def asked(hub: Hub, method: str, path: str, language: str = "en", **form: str) -> tuple[int, str]:
    headers = hub.admin() | OURS | {"Accept-Language": language}
    async with hub.http.request(
        method, hub.url + path, data=form if method == "POST" else None, headers=headers, allow_redirects=False
    ) as answer:
        return answer.status, await answer.text()


async def test_a_person_is_let_in_by_a_link_that_is_shown_once(hub: Hub) -> None:
    status, text = await asked(hub, "POST", "/users", login="kate", name="Kate <b>", role="lead")
    link = re.search(r"http://127\.0\.0\.1:8080(/signin/[\w-]+)", text)
    assert link is not None
    async with hub.http.post(hub.url + link[1], headers=OURS, allow_redirects=False) as answer:
        entered, place = answer.status, answer.headers["Location"]
    _, later = await asked(hub, "GET", "/users")

    assert (status, entered, place) == (200, 303, "/me")
    assert "Kate &lt;b&gt;" in later
    assert "/signin/" not in later


async def test_a_person_is_changed_disabled_and_reset_on_the_page(hub: Hub) -> None:
    await asked(hub, "POST", "/users", login="kate", role="agent")
    changed, _ = await asked(hub, "POST", "/users/1", version="1", role="reader")
    stale, _ = await asked(hub, "POST", "/users/1", version="1", role="admin")
    disabled, _ = await asked(hub, "POST", "/users/1", version="2", disabled="yes")
    _, seen = await asked(hub, "GET", "/users")
    enabled, _ = await asked(hub, "POST", "/users/1", version="3", disabled="no")
    reset, told = await asked(hub, "POST", "/users/1/reset")

    assert (changed, stale, disabled, enabled, reset) == (303, 409, 303, 303, 200)
    assert "disabled" in seen
    assert "/signin/" in told


async def test_nobody_takes_their_own_rights_away(hub: Hub) -> None:
    _, text = await asked(hub, "POST", "/users", login="kate", role="admin")
    link = re.search(r"(/signin/[\w-]+)", text)
    assert link is not None
    async with hub.http.post(hub.url + link[1], headers=OURS, allow_redirects=False):
        pass
    statuses = []
    for form in ({"role": "agent"}, {"disabled": "yes"}):
        async with hub.http.post(f"{hub.url}/users/1", data=form, headers=OURS, allow_redirects=False) as answer:
            statuses.append(answer.status)

    assert statuses == [409, 409]


@pytest.mark.parametrize(
    "form", [{"login": "Kate", "role": "agent"}, {"login": "kate", "role": "ingest"}, {"login": "kate"}, {}]
)
async def test_a_form_that_makes_no_sense_is_refused(hub: Hub, form: dict[str, str]) -> None:
    status, _ = await asked(hub, "POST", "/users", **form)

    assert status == 422


async def test_a_token_is_made_shown_once_and_ended(hub: Hub) -> None:
    status, text = await asked(hub, "POST", "/tokens", name="board", role="ingest", account="shop", days="30")
    made = re.search(r"chub_[\w-]+", text)
    _, listed = await asked(hub, "GET", "/tokens")
    async with hub.store.readers.read() as session:
        [one] = await token_store.live(session, limit=5)
    ended, _ = await asked(hub, "POST", f"/tokens/{one.id}/revoke")
    again, _ = await asked(hub, "POST", f"/tokens/{one.id}/revoke")
    refused = [
        (await asked(hub, "POST", "/tokens", name="x", role="agent", account="shop"))[0],
        (await asked(hub, "POST", "/tokens", name="x", role="agent", days="soon"))[0],
        (await asked(hub, "POST", "/tokens", name="", role="agent"))[0],
        (await asked(hub, "POST", "/tokens", name="x", role="ingest", account="nowhere"))[0],
    ]

    assert made is not None
    assert (status, ended, again, refused) == (200, 303, 404, [422, 422, 422, 404])
    assert "board" in listed
    assert "chub_" not in listed
    assert one.expires_at is not None


@pytest.mark.parametrize("language", list(LANGUAGES))
async def test_every_page_speaks_every_language(hub: Hub, language: str) -> None:
    await asked(hub, "POST", "/users", login="kate", role="agent")
    texts = TEXTS[language]

    assert texts["person_add"] in (await asked(hub, "GET", "/users", language))[1]
    assert texts["token_make"] in (await asked(hub, "GET", "/tokens", language))[1]
    assert texts["settings_about"] in (await asked(hub, "GET", "/settings", language))[1]
    assert texts["me"] in (await asked(hub, "GET", "/me", language))[1]


async def test_only_administrators_are_shown_the_way_there(hub: Hub) -> None:
    async with hub.http.get(f"{hub.url}/outages", headers=await hub.token("lead") | OURS) as answer:
        text = await answer.text()

    assert 'href="/users"' not in text
    assert 'href="/users"' in (await asked(hub, "GET", "/outages"))[1]


async def test_who_only_looks_is_shown_neither_buttons_nor_sources(hub: Hub) -> None:
    message_id = await receive(hub, "Не проходить оплата")
    seen = {}
    for role in ("reader", "agent"):
        headers = await hub.token(role) | OURS
        async with hub.http.get(f"{hub.url}/messages/{message_id}", headers=headers) as answer:
            seen[role] = await answer.text()

    assert 'class="looking"' in seen["reader"]
    assert 'class="looking"' not in seen["agent"]
    assert "/raw" not in seen["reader"]
    assert "/raw" in seen["agent"]


class Inner(msgspec.Struct, frozen=True, kw_only=True):
    signature: Secret = Secret("sesame inside")
    places: tuple[str, ...] = ("Kyiv", "Lviv")


class Strange(msgspec.Struct, frozen=True, kw_only=True):
    """Where secrets can stand."""

    token: Annotated[Secret, msgspec.Meta(description="What opens it.")] = Secret("sesame token")
    api_key: str = "sesame key"
    base_url: str = "https://kate:sesame@shop.example/x"
    inner: Inner = Inner()
    several: tuple[Secret, ...] = (Secret("sesame one"),)
    by_name: dict[str, Inner] = msgspec.field(default_factory=lambda: {"a": Inner()})
    limits: dict[str, int] = msgspec.field(default_factory=lambda: {"vip": 5})
    is_on: bool = True
    empty_secret: Secret = Secret("")


def test_settings_are_shown_without_any_secret() -> None:
    account = Account(name="shop", kind="strange", config=Strange())
    found = sections(Settings(accounts={"shop": account}, http=HttpSettings(trusted_proxies=("10.0.0.0/8",))))
    [shop] = [one for one in found if one.title == "accounts.shop"]
    values = {one.key: one for one in shop.settings}
    [proxies] = [one for section in found for one in section.settings if one.key == "trusted_proxies"]

    assert "sesame" not in repr(found)
    assert (shop.about, proxies.value) == ("strange", "10.0.0.0/8")
    assert {one.key for one in shop.settings if one.is_hidden} == {
        "token", "api_key", "inner.signature", "several", "by_name",
    }  # fmt: skip
    assert values["token"].means == "What opens it."
    assert values["base_url"].value == "https://shop.example/x"
    assert (values["inner.places"].value, values["limits"].value) == ("Kyiv, Lviv", "vip = 5")
    assert values["is_on"].value == "true"
