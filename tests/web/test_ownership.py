"""Whose is what a route answers or changes: every route says it here, and another's is tried on each that has an owner.

Roles are tried in `test_authorization.py`, scopes in `test_tokens.py`, both from the route table, too.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest
import pytest_asyncio

from channelhub.store import inbox
from channelhub.store import tokens as token_store
from channelhub.web import tokens
from channelhub.web.auth import INTAKE, SAFE_METHODS, Role
from channelhub.web.connection import Deadlines
from channelhub.web.routes.table import routes
from channelhub.web.routing import Route
from tests.web.conftest import BEGAN, Hub, running
from tests.web.furnished import Furnished, addresses, furnish

in_the_hubs_loop = pytest.mark.asyncio(loop_scope="module")
SECRET_WORDS = "лише для Ганни"


class Owner(StrEnum):
    """Who may see and change what a route is about."""

    ACCOUNT = "account"  # a token of one account: what belongs to it
    PERSON = "person"  # one who works here: their own
    LINK = "link"  # whoever was sent the address
    HUB = "hub"  # everybody who works here, as far as their role goes
    EVERYBODY = "everybody"


#: Every address below /api/v1 or of a page, by its owner. A part that ends with `*` stands for all below it.
OWNED_BY: dict[Owner, str] = {
    Owner.ACCOUNT: """
        /api/v1/messages /api/v1/messages/batch /api/v1/journey-events /api/v1/journey-events/batch
        POST:/api/v1/customers /api/v1/customers/batch /api/v1/import/{account} /api/v1/import/{account}/held
    """,
    Owner.PERSON: """
        /api/v1/views /api/v1/views/{id} /api/v1/undo/{id} /api/v1/me /signout
        /inbox/views /inbox/views/{id}/remove /inbox/undo/{id}
        PATCH:/api/v1/notes/{id} POST:/notes/{id} /api/v1/mentions /api/v1/mentions/seen /mentions /mentions/seen
        /api/v1/conversations/{id}/draft
        /me /me/password /me/codes /me/codes/confirm /me/codes/end /me/sessions/end /me/elsewhere /me/elsewhere/end
    """,
    Owner.LINK: """
        /card/{token} /signin/{secret} /unsubscribe/{token} /rate/{token} /status/{token} /files/{token}/{name}
    """,
    Owner.HUB: """
        /api/v1/messages/{id} /api/v1/messages/{id}/raw /api/v1/messages/{id}/attachments/{n}
        /api/v1/messages/{id}/attachments/{n}/retry /api/v1/messages/{id}/similar /api/v1/messages/{id}/not-spam
        /api/v1/messages/{id}/send-again /api/v1/attachments
        GET:/api/v1/customers /api/v1/customers/lookup /api/v1/customers/{id} /api/v1/customers/{id}/timeline
        /api/v1/customers/{id}/export /api/v1/customers/{id}/erasure /api/v1/erasures /api/v1/erasures/{id}
        /customers/{id}/erase /erasures /retention
        /api/v1/customers/{id}/links /api/v1/links/{id} /api/v1/identities/{id}/*
        /api/v1/conversations /api/v1/conversations/{id} /api/v1/conversations/{id}/replies
        /api/v1/conversations/{id}/typing /api/v1/conversations/{id}/writing
        /api/v1/card-links /api/v1/customers/{id}/notes GET:/api/v1/notes/{id} /customers/{id}/notes /card
        /conversations/{id} /api/v1/incidents /api/v1/incidents/folders /api/v1/incidents/bulk /api/v1/incidents/{id}
        /api/v1/incidents/{id}/tags /api/v1/incidents/{id}/snooze
        /api/v1/outages /api/v1/outages/* /api/v1/notices /api/v1/notices/* /api/v1/monitoring-alerts
        /api/v1/alerts /api/v1/alerts/* /api/v1/ratings /api/v1/ratings/{id} /api/v1/reports/*
        /api/v1/webhooks /api/v1/webhooks/* /api/v1/deliveries/* /api/v1/connectors /api/v1/connectors/probe
        /api/v1/parked /api/v1/parked/* /api/v1/sending /api/v1/sending/resume /api/v1/signin-links
        /api/v1/tokens /api/v1/tokens/{id} /api/v1/users /api/v1/users/* /api/v1/replay /api/v1/retention
        /api/v1/retention/preview /api/v1/stream
        /audit /api/v1/audit / /latest /search /inbox /users /users/* /tokens /tokens/{id}/revoke /settings
        /customers/by-identity /customers/{id} /messages/{id} /messages/{id}/html /messages/{id}/send-again
        /messages/{id}/not-spam /messages/{id}/attachments/{n}/preview /messages/{id}/attachments/{n}/retry
        /incidents/{id} /outages /outages/* /notices/* /parked /parked/{id}/retry /accounts /topics /reports/outages
        /conversations/{id}/reply /suggestions/* /links/{id}/remove /identities/{id}/*
    """,
    Owner.EVERYBODY: """
        /api/v1/event-types /api/v1/event-types/{type}
        /livez /readyz /metrics /api/openapi.json /api/asyncapi.json /api/docs /language/{code} /static/{name}
        /signin /signin-elsewhere /signin-elsewhere/done
        /problems /problems/{slug} /files/preview.png
    """,
}
#: What a reader may change: their own, nothing of the hub.
READERS_MAY_CHANGE = frozenset(
    f"POST /me/{what}" for what in ("password", "codes", "codes/confirm", "codes/end", "sessions/end", "elsewhere/end")
)


def owners(route: Route) -> set[Owner]:
    return {owner for owner, listed in OWNED_BY.items() for one in listed.split() if _fits(one, route)}


def _fits(listed: str, route: Route) -> bool:
    method, colon, path = listed.partition(":")
    path, method = (path, method) if colon else (listed, route.method)
    is_below = path.endswith("/*") and route.path.startswith(path.removesuffix("*"))
    return method == route.method and (path == route.path or is_below)


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


def of(owner: Owner) -> list[Route]:
    return [route for route in routes() if owners(route) == {owner}]


@pytest.mark.parametrize("route", routes(), ids=name)
def test_every_route_says_whose_is_what_it_is_about(route: Route) -> None:
    assert len(owners(route)) == 1, "say in OWNED_BY who may see and change what this route is about"


def test_nothing_is_said_of_what_is_no_route() -> None:
    listed = [one for some in OWNED_BY.values() for one in some.split()]

    assert [one for one in listed if not any(_fits(one, route) for route in routes())] == []


def test_owners_and_roles_fit_together() -> None:
    for route in routes():
        [owner] = owners(route)
        if owner in (Owner.LINK, Owner.EVERYBODY):
            assert not route.roles or "event-types" in route.path, name(route)
        elif owner is Owner.HUB:
            assert route.roles, name(route)
            assert Role.INGEST not in route.roles, name(route)
        elif owner is Owner.ACCOUNT:
            assert route.roles >= INTAKE, name(route)


def test_a_reader_changes_nothing_of_the_hub() -> None:
    changing = {
        name(route) for route in routes() if route.method not in SAFE_METHODS and Role.READER in route.roles
    }  # fmt: skip

    assert changing == READERS_MAY_CHANGE


# --- a token of another account ---------------------------------------------------------------------------------------

SENDER = {"identities": [{"kind": "email", "value": "hanna@example.com"}]}
MESSAGE = {"account": "shop", "external_id": "other", "text": SECRET_WORDS, "sender": SENDER}
EVENT = {
    "account": "shop", "external_id": "other", "type": "order.placed", "occurred_at": BEGAN.isoformat(),
    "identities": SENDER["identities"],
}  # fmt: skip
CUSTOMER = {"account": "shop", "external_id": "other", "updated_at": BEGAN.isoformat()}
BODIES: dict[str, Any] = {
    "/api/v1/messages": MESSAGE,
    "/api/v1/messages/batch": {"items": [MESSAGE]},
    "/api/v1/journey-events": EVENT,
    "/api/v1/journey-events/batch": {"items": [EVENT]},
    "/api/v1/customers": CUSTOMER,
    "/api/v1/customers/batch": {"items": [CUSTOMER]},
    "/api/v1/import/{account}": {},
    "/api/v1/import/{account}/held": {},
}


@dataclass
class Full:
    """A hub with things in it, and what they are."""

    hub: Hub
    made: Furnished

    async def ask(self, method: str, path: str, headers: dict[str, str], body: Any = None) -> tuple[int, str]:
        data = None if body is None else json.dumps(body)
        sent = headers | {"Content-Type": "application/json"}
        async with self.hub.http.request(
            method, self.hub.url + path, data=data, headers=sent, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text()

    async def press(self, path: str, headers: dict[str, str], **form: str) -> tuple[int, str]:
        """A button of a page."""
        data = form or {"x": "y"}
        async with self.hub.http.post(self.hub.url + path, data=data, headers=headers, allow_redirects=False) as answer:
            return answer.status, await answer.text()

    async def stored(self) -> int:
        async with self.hub.store.readers.read() as session:
            return len(await inbox.oldest_pending(session, limit=1000))

    async def of(self, person: str, role: str = "agent") -> dict[str, str]:
        """The header of a token of somebody who works here."""
        token = tokens.mint()
        await self.hub.store.writer.command(
            lambda session: token_store.add(
                session, name=person, role=role, account="", digest=tokens.digest(token), at=BEGAN
            )
        )
        return {"Authorization": f"Bearer {token}"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def full(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Full]:
    async with running(tmp_path_factory.mktemp("hub"), Deadlines(), {}) as hub:
        yield Full(hub, await furnish(hub, [SECRET_WORDS, "інші слова"]))


@in_the_hubs_loop
@pytest.mark.parametrize("route", [route for route in of(Owner.ACCOUNT) if route.method == "POST"], ids=name)
async def test_a_token_of_another_account_brings_nothing_in(full: Full, route: Route) -> None:
    other = await full.hub.token("ingest", account="kiosk")
    before = await full.stored()
    status, text = await full.ask(route.method, route.path.replace("{account}", "shop"), other, BODIES[route.path])
    told = [one["status"] for one in json.loads(text)["items"]] if status == 207 else [status]

    assert told == [403]
    assert await full.stored() == before


@in_the_hubs_loop
@pytest.mark.parametrize("route", [route for route in of(Owner.ACCOUNT) if route.method == "GET"], ids=name)
async def test_a_token_of_another_account_sees_its_own_only(full: Full, route: Route) -> None:
    other, own = await full.hub.token("ingest", account="kiosk"), await full.hub.token("ingest", account="shop")
    refused, _ = await full.ask("GET", f"{route.path}?account=shop", other)
    _, nothing = await full.ask("GET", route.path, other)
    _, something = await full.ask("GET", route.path, own)

    assert refused == 403
    assert json.loads(nothing)["items"] == []
    assert {one["account"] for one in json.loads(something)["items"]} == {"shop"}


# --- an address that somebody else was sent ---------------------------------------------------------------------------


def forged(path: str, others: list[str]) -> list[str]:
    """An address with a sign changed, cut, and with the signature of others."""
    start, token = path.partition("?")[0].rsplit("/", 1)
    signatures = [other.partition("?")[0].rsplit(".", 1)[-1] for other in others if "." in other]
    return [
        f"{start}/{token[:-1]}{'a' if token[-1] != 'a' else 'b'}",
        f"{start}/{token[:-4]}",
        *(f"{start}/{token.rsplit('.', 1)[0]}.{one}" for one in signatures if not token.endswith(one)),
    ]


@in_the_hubs_loop
@pytest.mark.parametrize("route", [route for route in of(Owner.LINK) if "files" not in route.path], ids=name)
async def test_who_was_not_sent_an_address_learns_nothing_by_one_like_it(full: Full, route: Route) -> None:
    good = addresses(full.made)[route.path][0]
    status, _ = await full.ask("GET", good, {})
    assert status == 200
    for path in forged(good, full.made.links_of_customers):
        refused, told = await full.ask(route.method, path, {"Sec-Fetch-Site": "same-origin"})

        assert SECRET_WORDS not in told, path
        assert refused in (403, 404, 410), path


# --- what is a colleague's own ----------------------------------------------------------------------------------------


async def view_of(full: Full, headers: dict[str, str], label: str) -> tuple[str, str]:
    """A saved view: its address and what changes it."""
    status, text = await full.ask("POST", "/api/v1/views", headers, {"name": label, "filter": {"tag": SECRET_WORDS}})
    assert status == 201, text
    return f"/api/v1/views/{json.loads(text)['id']}", json.dumps({"version": 1, "name": "taken"})


@in_the_hubs_loop
@pytest.mark.parametrize("role", ["agent", "lead", "admin"])
async def test_a_colleagues_own_views_are_not_there_for_others(full: Full, role: str) -> None:
    kate, olha = await full.of(f"kate {role}"), await full.of(f"olha {role}", role)
    path, change = await view_of(full, kate, f"of kate, hidden from an {role}")
    _, listed = await full.ask("GET", "/api/v1/views", olha)
    changed, _ = await full.ask("PATCH", path, olha, json.loads(change))
    removed, _ = await full.ask("DELETE", f"{path}?version=1", olha)
    pressed, _ = await full.press(f"/inbox/views/{path.rpartition('/')[2]}/remove", olha)
    _, own = await full.ask("GET", "/api/v1/views", kate)

    assert SECRET_WORDS not in listed
    assert (changed, removed, pressed) == (404, 404, 404)
    assert [one["name"] for one in json.loads(own)["items"]] == [f"of kate, hidden from an {role}"]


@in_the_hubs_loop
async def test_a_colleagues_step_is_not_undone_by_others(full: Full) -> None:
    kate, olha = await full.of("kate"), await full.of("olha")
    _, listed = await full.ask("GET", "/api/v1/incidents", kate)
    one = json.loads(listed)["items"][0]
    wanted = {"incidents": [{"id": one["id"], "version": one["version"]}], "add_tags": ["kate"]}
    _, done = await full.ask("POST", "/api/v1/incidents/bulk", kate, wanted)
    step = json.loads(done)["undo"]
    refused, _ = await full.ask("POST", f"/api/v1/undo/{step}", olha)
    pressed, _ = await full.press(f"/inbox/undo/{step}", olha)
    undone, _ = await full.ask("POST", f"/api/v1/undo/{step}", kate)

    assert (refused, pressed, undone) == (404, 404, 200)


@in_the_hubs_loop
async def test_a_colleagues_note_is_not_rewritten_by_others(full: Full) -> None:
    kate, olha = await full.of("kate"), await full.of("olha")
    _, text = await full.ask("POST", f"/api/v1/customers/{full.made.customers[0]}/notes", kate, {"text": "of kate"})
    note_id = json.loads(text)["id"]
    refused, _ = await full.ask("PATCH", f"/api/v1/notes/{note_id}", olha, {"text": "taken", "revision": 0})
    pressed, _ = await full.press(f"/notes/{note_id}", olha, text="taken", revision="0")
    _, kept = await full.ask("GET", f"/api/v1/notes/{note_id}", kate)

    assert {refused, pressed} <= {403, 404, 409}
    assert json.loads(kept)["text"] == "of kate"


@in_the_hubs_loop
async def test_a_colleagues_draft_is_theirs_alone(full: Full) -> None:
    kate, olha = await full.of("kate"), await full.of("olha")
    path = f"/api/v1/conversations/{full.made.conversations[0]}/draft"
    kept, _ = await full.ask("PUT", path, kate, {"text": "half a thought"})
    _, seen = await full.ask("GET", path, olha)
    await full.ask("PUT", path, olha, {"text": "another"})
    await full.ask("DELETE", path, olha)
    _, own = await full.ask("GET", path, kate)

    assert kept < 300
    assert "half a thought" not in seen
    assert "half a thought" in own


@in_the_hubs_loop
async def test_where_a_colleague_is_named_is_shown_to_nobody_else(full: Full) -> None:
    kate, olha = await full.of("kate"), await full.of("olha")
    _, named = await full.ask("GET", "/api/v1/mentions", kate)
    _, not_named = await full.ask("GET", "/api/v1/mentions", olha)
    newest = json.loads(named)["items"][0]["note_id"]
    await full.ask("POST", "/api/v1/mentions/seen", olha, {"upto": newest})
    await full.press("/mentions/seen", olha, upto=newest)
    _, after = await full.ask("GET", "/api/v1/mentions", kate)

    assert json.loads(not_named)["items"] == []
    assert not any(one["seen"] for one in json.loads(after)["items"])


@in_the_hubs_loop
async def test_everybody_learns_of_themselves_only(full: Full) -> None:
    _, kate = await full.ask("GET", "/api/v1/me", await full.of("kate"))
    _, olha = await full.ask("GET", "/api/v1/me", await full.of("olha"))

    assert "kate" in kate
    assert "kate" not in olha


def test_everything_that_is_a_persons_own_is_tried() -> None:
    tried = {
        "/api/v1/views", "/api/v1/views/{id}", "/api/v1/undo/{id}", "/api/v1/me", "/inbox/views/{id}/remove",
        "/inbox/undo/{id}", "/api/v1/notes/{id}", "/notes/{id}",
        "/api/v1/conversations/{id}/draft",
    }  # fmt: skip
    in_the_name_of_who_asks = {path for path in {route.path for route in of(Owner.PERSON)} if "{" not in path}

    assert {route.path for route in of(Owner.PERSON)} == tried | in_the_name_of_who_asks
