"""People sign in by name: password, one-time code, limits of guessing, and what ends a session."""

import asyncio
import threading
from datetime import timedelta

import aiohttp
import pytest

from channelhub.pipeline.commands import users as commands
from channelhub.rules import totp
from channelhub.store import audit, sessions, users
from channelhub.store.writer import Lane
from channelhub.web import door, passwords, signin, tokens
from channelhub.web.door import DOOR
from tests.web.conftest import BEGAN, Hub

OURS = {"Sec-Fetch-Site": "same-origin"}
PASSWORD = "correct horse battery"
SECRET = b"12345678901234567890"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that take a millisecond: how long is the matter of another test."""
    monkeypatch.setattr(passwords, "_HASHER", passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


async def kate(hub: Hub, *, login: str = "kate", role: str = "agent", password: str = PASSWORD) -> int:
    kept = await asyncio.to_thread(passwords.hashed, password) if password else ""
    made = await hub.store.writer.command(
        lambda session: users.add(session, login=login, name="Kate", role=role, password=kept, at=BEGAN)
    )
    assert made is not None
    return made


async def asks_codes(hub: Hub, user_id: int, recovery: str) -> None:
    async with hub.store.readers.read() as session:
        user = await users.get(session, user_id)
    assert user is not None
    sealed = hub.server._runner.app[DOOR].sealed(user, SECRET)

    async def write(session: sessions.Session) -> None:
        await users.set_totp(session, user_id, sealed, since=BEGAN)
        await users.replace_codes(session, user_id, [tokens.digest(recovery)])

    await hub.store.writer.command(write)


async def sign_in(hub: Hub, **form: str) -> tuple[int, str]:
    """The status, and where it leads or what the page says."""
    fields = {"login": "kate", "password": PASSWORD} | form
    hub.http.cookie_jar.clear()
    async with hub.http.post(f"{hub.url}/signin", data=fields, headers=OURS, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location", "") or await answer.text()


async def me(hub: Hub) -> tuple[int, dict[str, object]]:
    async with hub.http.get(f"{hub.url}/api/v1/me") as answer:
        return answer.status, await answer.json(content_type=None)


def code(hub: Hub) -> str:
    return totp.code_of(SECRET, totp.step_at(hub.clock[0]))


async def test_who_signs_in_by_name_is_named_by_what_they_do(hub: Hub) -> None:
    await kate(hub)
    entered = await sign_in(hub, login=" Kate ", then="/outages?before=5")
    _, told = await me(hub)
    async with hub.http.get(f"{hub.url}/users") as answer:
        refused = answer.status
    async with hub.store.readers.read() as session:
        [line] = await audit.page(session, audit.Wanted(), before=1 << 60, limit=10)

    assert entered == (303, "/outages?before=5")
    assert (told["actor"], told["login"], told["name"], told["role"]) == ("agent:kate", "kate", "Kate", "agent")
    assert refused in (403, 404)
    assert (line.actor, line.action) == ("agent:kate", "signin")


@pytest.mark.parametrize("then", ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a b"])
async def test_signing_in_leads_to_our_own_pages_only(hub: Hub, then: str) -> None:
    await kate(hub)

    assert await sign_in(hub, then=then) == (303, "/")


async def test_what_is_wrong_is_not_told(hub: Hub) -> None:
    user_id = await kate(hub)
    await kate(hub, login="olena", password="")
    answers = [
        await sign_in(hub, password="wrong horse battery"),
        await sign_in(hub, login="nobody"),
        await sign_in(hub, login="olena", password=""),
        await sign_in(hub, login="<b>kate</b>"),
    ]
    await asks_codes(hub, user_id, "x")
    answers += [await sign_in(hub), await sign_in(hub, code="000000")]

    assert {status for status, _ in answers} == {401}
    assert all("Login, password or code is wrong" in page for _, page in answers)
    assert "<b>kate" not in answers[3][1]
    assert (await me(hub))[0] == 401


async def test_a_code_opens_once_and_so_does_a_recovery_code(hub: Hub) -> None:
    await asks_codes(hub, await kate(hub), "abcd-efgh-ijkl-mnop")
    first, again = await sign_in(hub, code=code(hub)), await sign_in(hub, code=code(hub))
    hub.clock[0] += timedelta(seconds=30)
    later = await sign_in(hub, code=code(hub))
    spare, spent = [await sign_in(hub, code="ABCD EFGH ijkl mnop") for _ in range(2)]

    assert [status for status, _ in (first, again, later, spare, spent)] == [303, 401, 303, 303, 401]


async def test_of_two_who_show_the_same_code_at_once_one_comes_in(hub: Hub) -> None:
    await asks_codes(hub, await kate(hub), "x")
    both = await asyncio.gather(*(sign_in(hub, code=code(hub)) for _ in range(2)))

    assert sorted(status for status, _ in both) == [303, 401]


async def test_guessing_ends_even_with_the_right_password(hub: Hub) -> None:
    await kate(hub)
    guesses = [(await sign_in(hub, password=f"guess {n}"))[0] for n in range(door.BY_LOGIN_AND_ORIGIN)]
    right, _ = await sign_in(hub)
    other, _ = await sign_in(hub, login="olena")

    assert set(guesses) == {401}
    assert (right, other) == (429, 401)


async def test_good_passwords_are_not_counted(hub: Hub) -> None:
    await kate(hub)

    assert {(await sign_in(hub))[0] for _ in range(door.BY_LOGIN_AND_ORIGIN + 2)} == {303}


async def test_a_line_of_those_who_wait_is_bounded(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "MOST_WAITING", 0)

    assert (await sign_in(hub))[0] == 503


async def test_at_most_so_many_sessions_are_open(hub: Hub) -> None:
    user_id = await kate(hub)

    async def open_many(session: sessions.Session) -> None:
        user = await users.get(session, user_id)
        assert user is not None
        for n in range(sessions.MOST_OF_USER + 5):
            now = BEGAN + timedelta(seconds=n)
            await signin.open_for(session, user, tokens.digest(str(n)), browser="x" * 500, now=now)

    await hub.store.writer.command(open_many)
    async with hub.store.readers.read() as session:
        kept = await sessions.of_user(session, user_id, at=BEGAN)
        gone = await sessions.by_digest(session, tokens.digest("4"))

    assert len(kept) == sessions.MOST_OF_USER
    assert gone is None
    assert {len(one.browser) for one in kept} == {signin.MOST_BROWSER_CHARS}


async def test_disabling_ends_pages_and_streams_at_once(hub: Hub) -> None:
    user_id = await kate(hub)
    await sign_in(hub)
    async with hub.http.get(f"{hub.url}/api/v1/stream") as stream:
        await stream.content.readuntil(b"\n\n")
        change = {"is_disabled": True}
        headers = hub.admin()
        async with (
            aiohttp.ClientSession() as other,
            other.patch(f"{hub.url}/api/v1/users/{user_id}", json=change, headers=headers) as answer,
        ):
            changed = await answer.json()
        async with asyncio.timeout(5):
            rest = await stream.content.read()
    after, _ = await me(hub)
    again, _ = await sign_in(hub)

    assert changed["is_disabled"] is True
    assert rest == b""
    assert (after, again) == (401, 401)


async def test_who_is_disabled_while_the_password_is_reckoned_stays_out(hub: Hub) -> None:
    user_id, may_go_on = await kate(hub), threading.Event()

    async def hold(_session: sessions.Session) -> None:
        may_go_on.wait(10)  # on the writer's own thread

    async def disable(session: sessions.Session) -> None:
        user = await users.get(session, user_id)
        assert user is not None
        await commands.change(session, "test", user, name="", role="agent", is_disabled=True, at=BEGAN)

    holding = asyncio.create_task(hub.store.writer.command(hold))
    disabling = asyncio.create_task(hub.store.writer.command(disable))
    shown = door.Shown(login="kate", password=PASSWORD, code="", origin="here", browser="")
    entering = asyncio.create_task(hub.server._runner.app[DOOR].enter(shown))
    async with asyncio.timeout(5):
        while len(hub.store.writer._jobs[Lane.COMMAND]) < 2:  # both wait behind the one that is held
            await asyncio.sleep(0.001)
    may_go_on.set()
    await asyncio.gather(holding, disabling)

    assert await entering is None


async def test_a_session_that_outlived_its_person_opens_nothing(hub: Hub) -> None:
    user_id = await kate(hub)
    await sign_in(hub)

    async def disable(session: sessions.Session) -> None:
        await users.change(session, user_id, version=1, name="", role="agent", disabled_at=BEGAN)

    await hub.store.writer.command(disable)
    hub.server.security.authenticator.forget()

    assert (await me(hub))[0] == 401


async def test_a_role_that_is_taken_away_is_gone_with_the_next_request(hub: Hub) -> None:
    user_id = await kate(hub, role="admin")
    await sign_in(hub)
    async with hub.http.get(f"{hub.url}/api/v1/users") as answer:
        before = answer.status
    async with (
        aiohttp.ClientSession() as other,
        other.patch(f"{hub.url}/api/v1/users/{user_id}", json={"role": "reader"}, headers=hub.admin()) as answer,
    ):
        assert answer.status == 200
    async with hub.http.get(f"{hub.url}/api/v1/users") as answer:
        after = answer.status
    _, told = await me(hub)

    assert (before, after, told["role"]) == (200, 403, "reader")
