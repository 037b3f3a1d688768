"""/livez, /readyz and /metrics."""

import pytest

from channelhub.web.parts import AccountView
from tests.web.conftest import BEGAN, Hub


async def get(hub: Hub, path: str, headers: dict[str, str] | None = None) -> int:
    async with hub.http.get(hub.url + path, headers=headers) as answer:
        await answer.read()
        return answer.status


async def test_ready_while_the_database_takes_writes_and_the_pipeline_works(hub: Hub) -> None:
    assert (await get(hub, "/livez"), await get(hub, "/readyz")) == (200, 200)


async def test_a_failed_account_leaves_it_ready(hub: Hub) -> None:
    hub.accounts.append(
        AccountView(name="broken", kind="imap", title="b", state="auth-failed", detail="no", since=BEGAN)
    )

    assert await get(hub, "/readyz") == 200


async def test_not_ready_but_alive_when_the_pipeline_stopped(hub: Hub) -> None:
    hub.pipeline_alive[0] = False

    assert (await get(hub, "/readyz"), await get(hub, "/livez")) == (503, 200)


async def test_not_ready_when_nothing_can_be_written(hub: Hub) -> None:
    await hub.store.writer.stop()

    assert (await get(hub, "/readyz"), await get(hub, "/livez")) == (503, 200)


async def test_metrics_are_for_this_machine_or_an_admin(hub: Hub) -> None:
    from_a_proxy = {"X-Forwarded-For": "203.0.113.9"}

    assert await get(hub, "/metrics") == 200
    assert await get(hub, "/metrics", from_a_proxy) == 401
    assert await get(hub, "/metrics", from_a_proxy | await hub.token("agent")) == 403
    assert await get(hub, "/metrics", from_a_proxy | hub.admin()) == 200


@pytest.mark.parametrize("trusted", [[], ["127.0.0.0/8"]])
async def test_a_spoofed_local_address_opens_nothing(hub: Hub, trusted: list[str]) -> None:
    assert await get(hub, "/metrics", {"X-Forwarded-For": "127.0.0.1"}) == 401
