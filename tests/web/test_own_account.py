"""`/me`: a person changes their password, switches one-time codes on and off, and ends their sessions."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest
from yarl import URL

from channelhub.rules import totp
from channelhub.store import users
from channelhub.web import passwords, tokens
from channelhub.web.auth import SESSION_COOKIE
from tests.web.conftest import BEGAN, Hub

OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html", "Accept-Language": "en"}
PASSWORD = "correct horse battery"
NEW = "a quite different one"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
async def kate(hub: Hub) -> int:
    """Kate, signed in with the hub's own browser."""
    made = await hub.store.writer.command(
        lambda session: users.add(
            session, login="kate", name="Kate", role="reader", password=passwords.hashed(PASSWORD), at=BEGAN
        )
    )
    assert made is not None
    assert (await post(hub, hub.http, "/signin", login="kate", password=PASSWORD))[0] == 303
    return made


async def post(hub: Hub, http: aiohttp.ClientSession, path: str, **form: str) -> tuple[int, str]:
    async with http.post(hub.url + path, data=form, headers=OURS, allow_redirects=False) as answer:
        return answer.status, await answer.text()


async def page(hub: Hub, http: aiohttp.ClientSession, path: str = "/me") -> tuple[int, str]:
    async with http.get(hub.url + path, headers=OURS) as answer:
        return answer.status, await answer.text()


@asynccontextmanager
async def elsewhere(hub: Hub, **form: str) -> AsyncIterator[tuple[aiohttp.ClientSession, int]]:
    """Another browser that signs in as Kate, and what it was answered."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar, headers={"User-Agent": "<b>Fox</b>\x85 1.0"}) as http:
        status, _ = await post(hub, http, "/signin", **({"login": "kate", "password": PASSWORD} | form))
        yield http, status


async def stored(hub: Hub, user_id: int) -> users.User:
    async with hub.store.readers.read() as session:
        found = await users.get(session, user_id)
    assert found is not None
    return found


async def test_a_new_password_ends_the_other_sessions(hub: Hub, kate: int) -> None:
    async with elsewhere(hub) as (other, entered):
        changed, text = await post(hub, hub.http, "/me/password", password=PASSWORD, new=NEW, again=NEW)
        here, there = (await page(hub, hub.http))[0], (await page(hub, other))[0]
    async with elsewhere(hub) as (_, with_old), elsewhere(hub, password=NEW) as (_, with_new):
        pass

    assert (entered, changed, here, there, with_old, with_new) == (303, 200, 200, 401, 401, 303)
    assert "The password is changed" in text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"password": "wrong horse battery", "new": NEW, "again": NEW}, "The password is wrong"),
        ({"password": PASSWORD, "new": NEW, "again": NEW + "x"}, "The two new passwords differ"),
        ({"password": PASSWORD, "new": "short", "again": "short"}, "at least 12 characters"),
        ({"new": NEW, "again": NEW}, "The password is wrong"),
    ],
)
async def test_a_password_is_not_changed_by_halves(hub: Hub, kate: int, form: dict[str, str], said: str) -> None:
    before = (await stored(hub, kate)).password
    status, text = await post(hub, hub.http, "/me/password", **form)

    assert status == 422
    assert said in text
    assert (await stored(hub, kate)).password == before


async def test_who_came_by_a_link_chooses_the_first_password_without_one(hub: Hub, kate: int) -> None:
    await hub.store.writer.command(lambda session: users.set_password(session, kate, ""))
    _, text = await page(hub, hub.http)
    status, _ = await post(hub, hub.http, "/me/password", new=NEW, again=NEW)

    assert "You have no password yet" in text
    assert status == 200
    assert passwords.is_right(NEW, (await stored(hub, kate)).password)


async def test_codes_are_asked_for_once_the_first_was_shown(hub: Hub, kate: int) -> None:
    _, begun = await post(hub, hub.http, "/me/codes", password=PASSWORD)
    key = re.search(r"<code>([A-Z2-7 ]{39})</code>", begun)
    assert key is not None
    secret = shared(key[1])
    async with elsewhere(hub) as (_, before):
        pass
    wrong, _ = await post(hub, hub.http, "/me/codes/confirm", code="000000")
    _, shown = await post(hub, hub.http, "/me/codes/confirm", code=code(hub, secret))
    spare = re.findall(r"\b[a-z2-7]{4}(?:-[a-z2-7]{4}){3}\b", shown)
    hub.clock[0] += timedelta(seconds=30)
    async with elsewhere(hub) as (_, without), elsewhere(hub, code=code(hub, secret)) as (_, with_code):
        pass
    async with elsewhere(hub, code=spare[0]) as (_, with_spare):
        pass
    _, after = await page(hub, hub.http)

    assert "otpauth://totp/channelhub:kate?secret=" in begun
    assert (before, wrong, without, with_code, with_spare) == (303, 422, 401, 303, 303)
    assert len(set(spare)) == totp.RECOVERY_CODES
    assert "Recovery codes left: 9" in after
    assert all(one not in after for one in spare)
    assert secret not in ((await stored(hub, kate)).totp or b"")


async def test_codes_end_with_the_password_only(hub: Hub, kate: int) -> None:
    _, begun = await post(hub, hub.http, "/me/codes", password=PASSWORD)
    found = re.search(r"<code>([A-Z2-7 ]{39})</code>", begun)
    assert found is not None
    await post(hub, hub.http, "/me/codes/confirm", code=code(hub, shared(found[1])))
    refused, _ = await post(hub, hub.http, "/me/codes/end", password="wrong horse battery")
    still = (await stored(hub, kate)).needs_code
    done, _ = await post(hub, hub.http, "/me/codes/end", password=PASSWORD)

    assert (refused, still, done) == (422, True, 200)
    assert (await stored(hub, kate)).totp is None


async def test_codes_do_not_begin_without_the_password(hub: Hub, kate: int) -> None:
    status, _ = await post(hub, hub.http, "/me/codes", password="wrong horse battery")

    assert status == 422
    assert (await stored(hub, kate)).totp is None


async def test_sessions_are_listed_and_ended_one_by_one_or_all_others(hub: Hub, kate: int) -> None:
    async with elsewhere(hub) as (one, _), elsewhere(hub) as (two, _):
        _, text = await page(hub, hub.http)
        here = name_of(hub, hub.http)
        names = re.findall(r'name="session" value="([0-9a-f]{16})"', text)
        other = name_of(hub, one)
        ended, _ = await post(hub, hub.http, "/me/sessions/end", session=other)
        after_one = [(await page(hub, http))[0] for http in (hub.http, one, two)]
        await post(hub, hub.http, "/me/sessions/end")
        after_all = [(await page(hub, http))[0] for http in (hub.http, two)]

    assert len(names) == 3
    assert {here, other} <= set(names)
    assert "&lt;b&gt;Fox&lt;/b&gt; 1.0" in text
    assert ended == 303
    assert (after_one, after_all) == ([200, 401, 200], [200, 401])


async def test_nobody_ends_the_session_of_another(hub: Hub, kate: int) -> None:
    await hub.store.writer.command(
        lambda session: users.add(session, login="olena", name="Olena", role="admin",
                                  password=passwords.hashed(PASSWORD), at=BEGAN)
    )  # fmt: skip
    async with elsewhere(hub, login="olena") as (olena, _):
        await post(hub, hub.http, "/me/sessions/end", session=name_of(hub, olena))
        still, _ = await page(hub, olena)

    assert still == 200


async def test_a_session_is_seen_once_a_minute(hub: Hub, kate: int) -> None:
    hub.clock[0] += timedelta(minutes=5)
    hub.server.security.authenticator.forget()
    await page(hub, hub.http)
    await hub.server.security.authenticator.close()
    _, text = await page(hub, hub.http)

    assert f"{BEGAN + timedelta(minutes=5):%Y-%m-%d %H:%M}" in text


async def test_who_is_nobody_by_name_has_nothing_to_change(hub: Hub) -> None:
    async with hub.http.get(f"{hub.url}/me", headers=OURS | hub.admin()) as answer:
        text = await answer.text()
    async with hub.http.post(f"{hub.url}/me/password", data={"new": NEW}, headers=OURS | hub.admin()) as answer:
        refused = answer.status

    assert "belongs to nobody by name" in text
    assert refused == 409


async def test_two_changes_at_once_leave_one_of_the_two_passwords(hub: Hub, kate: int) -> None:
    await asyncio.gather(
        *(post(hub, hub.http, "/me/password", password=PASSWORD, new=NEW + end, again=NEW + end) for end in "xy")
    )
    kept = (await stored(hub, kate)).password

    assert sorted(passwords.is_right(NEW + end, kept) for end in "xy") == [False, True]


def name_of(hub: Hub, http: aiohttp.ClientSession) -> str:
    """What the browser's session is called on the page."""
    return tokens.digest(http.cookie_jar.filter_cookies(URL(hub.url))[SESSION_COOKIE].value)[:8].hex()


def shared(spelt: str) -> bytes:
    """The secret that the page spells."""
    return base64.b32decode(spelt.replace(" ", ""))


def code(hub: Hub, secret: bytes) -> str:
    return totp.code_of(secret, totp.step_at(hub.clock[0]))
