"""A customer's archive: what is in it, what of other people is not, and what it does when files are gone."""

import base64
import hashlib
import io
import json
import zipfile
from html.parser import HTMLParser
from typing import Any

import pytest

from channelhub.store import audit as trail
from channelhub.web.export import history
from tests.web.conftest import Hub
from tests.web.flow import receive
from tests.web.test_customers import call

MINE = "hanna@example.com"
HOSTILE = "<script>window.__ran = 1</script>"


async def fetch(hub: Hub, customer_id: str, query: str = "") -> zipfile.ZipFile:
    url = f"{hub.url}/api/v1/customers/{customer_id}/export{query}"
    async with hub.http.get(url, headers=hub.admin()) as answer:
        assert answer.status == 200, await answer.text()
        assert answer.content_type == "application/zip"
        return zipfile.ZipFile(io.BytesIO(await answer.read()))


def lines(archive: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(name).splitlines()]


async def customer_of(hub: Hub, email: str = MINE) -> str:
    _, card = await call(hub, "GET", f"/customers/lookup?identity=email:{email}")
    return str(card["customer"]["id"])


def file(name: str, content: bytes, kind: str = "text/plain") -> dict[str, str]:
    return {"filename": name, "content_type": kind, "content": base64.b64encode(content).decode()}


async def test_everything_of_a_customer_is_in_the_archive_and_verifies(hub: Hub) -> None:
    files = [file("rechnung.pdf", b"%PDF-1.7 one", "application/pdf"), file("../../etc/passwd", b"two")]
    first = await receive(hub, "Де моє замовлення?", subject="Замовлення 17", attachments=files)
    second = await receive(hub, HOSTILE)
    archive = await fetch(hub, await customer_of(hub))
    manifest = json.loads(archive.read("manifest.json"))
    customer = json.loads(archive.read("customer.json"))

    assert archive.testzip() is None
    assert {one["name"] for one in manifest["files"]} | {"manifest.json"} == set(archive.namelist())
    for one in manifest["files"]:
        content = archive.read(one["name"])
        assert (one["size"], one["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert [one["value"] for one in customer["identities"]] == [MINE]
    assert [one["id"] for one in lines(archive, "timeline.jsonl")] == [second, first]
    assert [one["text"] for one in lines(archive, "messages.jsonl")] == [HOSTILE, "Де моє замовлення?"]
    assert [one["number"] for one in lines(archive, "incidents.jsonl")]
    assert archive.read(f"attachments/{first}-0-rechnung.pdf") == b"%PDF-1.7 one"
    assert archive.read(f"attachments/{first}-1-passwd") == b"two"
    assert sum(name.startswith("raw/") for name in archive.namelist()) == 2
    assert manifest["missing"] == []
    assert all(".." not in name and not name.startswith("/") for name in archive.namelist())


class Reader(HTMLParser):
    """The tags of a page and its words."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


async def test_the_page_to_read_says_everything_and_runs_nothing(hub: Hub) -> None:
    sent = [file("a b.txt", b"one"), file("evil.svg", b"<svg onload=alert(1)>", "image/svg+xml")]
    message_id = await receive(hub, HOSTILE, attachments=sent)
    archive = await fetch(hub, await customer_of(hub), "?language=uk")
    page = Reader()
    page.feed(archive.read("index.html").decode())
    tags = [tag for tag, _ in page.tags]
    [policy] = [one["content"] for tag, one in page.tags if one.get("http-equiv") == "Content-Security-Policy"]
    [link] = [one["href"] for tag, one in page.tags if tag == "a"]

    assert HOSTILE in page.words
    assert "Експорт персональних даних" in page.words
    assert not {"script", "svg", "img", "iframe", "object", "form"} & set(tags)
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert link == f"attachments/{message_id}-0-a%20b.txt"


async def test_nothing_of_other_people_is_in_it(hub: Hub) -> None:
    claimed = {"kind": "phone", "value": "+380501112233", "verified": False}
    mine = {"kind": "email", "value": MINE}
    await receive(hub, "mine", sender={"name": "Ганна", "identities": [mine, claimed]})
    other = {"kind": "email", "value": "petro@example.net"}
    await receive(hub, "a secret of Petro", sender={"name": "Петро", "identities": [other, claimed]})
    archive = await fetch(hub, await customer_of(hub))
    whole = "".join(archive.read(name).decode() for name in archive.namelist())

    assert "petro" not in whole
    assert "secret" not in whole


async def test_what_is_gone_is_named_and_holds_up_nothing(hub: Hub) -> None:
    first = await receive(hub, "one", attachments=[file("gone.txt", b"gone"), file("here.txt", b"here")])
    hub.store.blobs.path(hashlib.sha256(b"gone").hexdigest()).unlink()
    archive = await fetch(hub, await customer_of(hub), "?raw=false")
    manifest = json.loads(archive.read("manifest.json"))

    assert manifest["missing"] == [
        {"name": f"attachments/{first}-0-gone.txt", "reason": "the stored file is gone or damaged"}
    ]
    assert archive.read(f"attachments/{first}-1-here.txt") == b"here"
    assert not [name for name in archive.namelist() if name.startswith("raw/")]


async def test_an_export_is_in_the_audit_and_only_for_who_may(hub: Hub) -> None:
    await receive(hub, "one")
    customer_id = await customer_of(hub)
    await fetch(hub, customer_id)
    async with hub.store.readers.read() as session:
        newest = (await trail.page(session, trail.Wanted(), before=1 << 62, limit=1))[0]
    headers = await hub.token("ingest", "shop")
    url = f"{hub.url}/api/v1/customers/{customer_id}/export"
    async with hub.http.get(url, headers=headers) as refused:
        assert refused.status == 403

    assert (newest.actor, newest.action, newest.target) == ("admin:local", "customer.export", customer_id)
    assert (await call(hub, "GET", "/customers/12/export"))[0] == 404


async def test_a_long_history_comes_whole_and_each_entry_once(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 4)
    sent = [await receive(hub, f"message {number}", external_id=f"n-{number}") for number in range(12)]
    archive = await fetch(hub, await customer_of(hub), "?raw=false")

    assert [one["id"] for one in lines(archive, "timeline.jsonl")] == sent[::-1]
    assert [one["id"] for one in lines(archive, "messages.jsonl")] == sent[::-1]
