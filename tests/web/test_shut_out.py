"""Each guard of signing in by itself: what ends a way in, what is looked at again at the last moment, how often one may
guess."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from channelhub.pipeline.commands import users as commands
from channelhub.store import audit, users
from channelhub.store.database import Session
from channelhub.store.users import User
from channelhub.store.writer import Lane
from channelhub.web import door, passwords, signin, tokens
from channelhub.web.door import DOOR, Door
from channelhub.web.problems import Problem
from tests.web.conftest import BEGAN, Hub
from tests.web.test_door import OURS, PASSWORD, asks_codes, code, kate, me, sign_in


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def door_of(hub: Hub) -> Door:
    return hub.server._runner.app[DOOR]


def shown(**changes: str) -> door.Shown:
    return door.Shown(
        **({"login": "kate", "password": PASSWORD, "code": "", "origin": "here", "browser": ""} | changes)
    )


async def person(hub: Hub, user_id: int) -> User:
    async with hub.store.readers.read() as session:
        found = await users.get(session, user_id)
    assert found is not None
    return found


async def change(hub: Hub, user_id: int, **changes: Any) -> int:
    """As another administrator does it."""
    async with (
        aiohttp.ClientSession() as other,
        other.patch(f"{hub.url}/api/v1/users/{user_id}", json=changes, headers=hub.admin()) as answer,
    ):
        return answer.status


async def link(hub: Hub, user_id: int) -> str:
    """The path of a new link that signs the person in."""
    secret = "of a test"
    user = await person(hub, user_id)
    until = hub.clock[0] + signin.INVITATION_LIVES
    await hub.store.writer.command(
        lambda session: commands.invite(
            session, "test", user, digest=tokens.digest(secret), at=hub.clock[0], expires_at=until
        )
    )
    return f"{hub.url}/signin/{secret.replace(' ', '%20')}"


async def opened(hub: Hub, address: str) -> tuple[int, int, int]:
    """What a link answers who looks at it, who uses it, and whether that let them in."""
    hub.http.cookie_jar.clear()
    async with hub.http.get(address) as answer:
        looked = answer.status
    async with hub.http.post(address, headers=OURS, allow_redirects=False) as answer:
        used = answer.status
    return looked, used, (await me(hub))[0]


async def test_who_is_let_in_again_signs_in_anew(hub: Hub) -> None:
    user_id = await kate(hub)
    await sign_in(hub)
    address = await link(hub, user_id)
    changed = [await change(hub, user_id, is_disabled=is_disabled) for is_disabled in (True, False)]
    session, _ = await me(hub)

    assert changed == [200, 200]
    assert session == 401
    assert await opened(hub, address) == (410, 410, 401)


async def test_a_link_that_outlived_its_person_opens_nothing(hub: Hub) -> None:
    user_id = await kate(hub)
    address = await link(hub, user_id)
    await hub.store.writer.command(
        lambda session: users.change(session, user_id, version=1, name="", role="agent", disabled_at=BEGAN)
    )

    assert await opened(hub, address) == (410, 410, 401)


async def test_a_changed_role_ends_a_stream(hub: Hub) -> None:
    user_id = await kate(hub)
    await sign_in(hub)
    async with hub.http.get(f"{hub.url}/api/v1/stream") as stream:
        await stream.content.readuntil(b"\n\n")
        await change(hub, user_id, role="reader")
        async with asyncio.timeout(5):
            rest = await stream.content.read()

    assert rest == b""


async def _meanwhile(hub: Hub, work: Callable[[Session], Awaitable[Any]]) -> str | None:
    """What somebody gets at the door when `work` is written between their password and their session."""
    may_go_on = threading.Event()

    async def hold(_session: Session) -> None:
        may_go_on.wait(10)  # on the writer's own thread

    writing = [asyncio.create_task(hub.store.writer.command(one)) for one in (hold, work)]
    entering = asyncio.create_task(door_of(hub).enter(shown()))
    async with asyncio.timeout(5):
        while len(hub.store.writer._jobs[Lane.COMMAND]) < 2:  # both wait behind the one that is held
            await asyncio.sleep(0.001)
    may_go_on.set()
    await asyncio.gather(*writing)
    return await entering


async def test_a_password_that_is_changed_while_it_is_reckoned_opens_nothing(hub: Hub) -> None:
    user_id = await kate(hub)
    other = await asyncio.to_thread(passwords.hashed, "another horse battery")

    assert await _meanwhile(hub, lambda session: users.set_password(session, user_id, other)) is None


async def test_a_role_that_is_changed_while_the_password_is_reckoned_is_the_one_they_come_in_with(hub: Hub) -> None:
    user = await person(hub, await kate(hub, role="admin"))
    cookie = await _meanwhile(
        hub,
        lambda session: commands.change(
            session, "test", user, name=user.name, role="reader", is_disabled=False, at=BEGAN
        ),
    )
    async with hub.store.readers.read() as session:
        lines = await audit.page(session, audit.Wanted(), before=1 << 60, limit=10)

    assert cookie is not None
    assert [one.actor for one in lines if one.action == "signin"] == ["reader:kate"]


async def test_of_two_changes_to_what_was_read_one_is_made(hub: Hub) -> None:
    user = await person(hub, await kate(hub))

    async def change_twice(session: Session) -> list[bool]:
        return [
            await commands.change(session, "test", user, name="Kate", role=role, is_disabled=False, at=BEGAN)
            for role in ("reader", "admin")
        ]

    assert await hub.store.writer.command(change_twice) == [True, False]
    assert (await person(hub, user.id)).role == "reader"


@pytest.mark.parametrize("changes", [{"role": "reader"}, {"is_disabled": True}])
async def test_nobody_takes_their_own_rights_away(hub: Hub, changes: dict[str, Any]) -> None:
    user_id = await kate(hub, role="admin")
    await sign_in(hub)
    address = f"{hub.url}/api/v1/users/{user_id}"
    async with hub.http.patch(address, json=changes, headers=OURS) as answer:
        refused = answer.status
    async with hub.http.patch(address, json={"name": "K."}, headers=OURS) as answer:
        renamed = answer.status

    assert (refused, renamed) == (409, 200)


async def test_a_step_of_codes_is_taken_once_and_none_of_before(hub: Hub) -> None:
    user_id = await kate(hub)

    async def take(session: Session) -> list[bool]:
        return [await users.take_step(session, user_id, step) for step in (7, 7, 6, 8)]

    assert await hub.store.writer.command(take) == [True, False, False, True]


async def test_one_network_may_not_try_login_after_login(hub: Hub) -> None:
    guesses = [(await sign_in(hub, login=f"somebody{n}"))[0] for n in range(door.BY_ORIGIN)]
    after, _ = await sign_in(hub, login="another")
    hub.http.cookie_jar.clear()

    assert set(guesses) == {401}
    assert after == 429


async def test_many_networks_may_not_guess_one_login(hub: Hub) -> None:
    await kate(hub)
    at = door_of(hub)
    guesses = [await at.enter(shown(password=f"guess {n}", origin=f"net {n}")) for n in range(door.BY_LOGIN)]
    with pytest.raises(Problem, match="Too many attempts"):
        await at.enter(shown(origin="another"))

    assert set(guesses) == {None}


async def test_who_is_in_may_not_guess_the_password_either(hub: Hub) -> None:
    user, at = await person(hub, await kate(hub)), door_of(hub)
    right = [await at.knows(user, PASSWORD, origin="here") for _ in range(door.BY_LOGIN_AND_ORIGIN + 2)]
    guesses = [await at.knows(user, f"guess {n}", origin="here") for n in range(door.BY_LOGIN_AND_ORIGIN)]
    with pytest.raises(Problem, match="Too many attempts"):
        await at.knows(user, PASSWORD, origin="here")

    assert (set(right), set(guesses)) == ({True}, {False})


async def test_who_knows_the_password_may_not_guess_the_code(hub: Hub) -> None:
    await asks_codes(hub, await kate(hub), "x")
    guesses = [(await sign_in(hub, code="000000"))[0] for _ in range(door.BY_LOGIN_AND_ORIGIN)]
    right, _ = await sign_in(hub, code=code(hub))

    assert set(guesses) == {401}
    assert right == 429
