"""The script and the page: small, in three languages, with nothing inline, and readable by a browser's parser."""

import gzip
import os
import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from connectors.webchat import page
from connectors.webchat.config import WebchatConfig
from tests.connectors.webchat.chatsite import ChatSite

ADDRESS = "https://hub.example/chat/site-chat"
SCRIPT = page.draw_script(WebchatConfig(title="</script><b>", greeting='"; alert(1); "'), ADDRESS)
MAX_PACKED_BYTES = 15 * 1024


async def test_script_is_small_packed_and_asked_for_again_only_when_it_changed(site: ChatSite) -> None:
    async with site.session.get(f"{site.url}/embed.js") as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert int(answer.headers["Content-Length"]) < MAX_PACKED_BYTES
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        tag, text = answer.headers["ETag"], await answer.text()
    async with site.session.get(f"{site.url}/embed.js", headers={"Accept-Encoding": "identity"}) as answer:
        assert await answer.text() == text
    async with site.session.get(f"{site.url}/embed.js", headers={"If-None-Match": tag}) as answer:
        assert (answer.status, await answer.read()) == (304, b"")


def test_script_with_every_word_is_below_its_bound() -> None:
    assert len(gzip.compress(SCRIPT.encode())) < MAX_PACKED_BYTES


def test_every_language_has_the_same_words_and_the_script_uses_no_other() -> None:
    source = (Path(page.__file__).parent / "chat.js").read_text(encoding="utf-8")
    uk, ru, en = (page._WORDS[language] for language in ("uk", "ru", "en"))
    by_reason = {"long", "files", "email"}  # W[frame.why]

    assert uk.keys() == ru.keys() == en.keys()
    assert set(re.findall(r"\bW\.(\w+)", source)) | by_reason == uk.keys()
    assert all(words.strip() for language in (uk, ru, en) for words in language.values())


@pytest.mark.skipif(shutil.which("node") is None and os.environ.get("CI") != "true", reason="node is not installed")
def test_script_is_javascript_whatever_the_settings_say(tmp_path: Path) -> None:
    path = tmp_path / "chat.js"
    path.write_text(SCRIPT, encoding="utf-8")

    subprocess.run(["node", "--check", str(path)], check=True, capture_output=True, timeout=30)


def test_settings_are_the_account_s() -> None:
    config = WebchatConfig(languages=("en",), title="Lamps", max_files=2, max_body_bytes=1_000_000)
    [text] = re.findall(r"var S = (\{.*?\});\n", page.draw_script(config, ADDRESS))
    found = msgspec.json.decode(text)

    assert (found["address"], found["title"], found["max_files"]) == (ADDRESS, "Lamps", 2)
    assert list(found["words"]) == ["en"]
    assert 700_000 < found["max_bytes"] < 750_000


async def test_page_and_snippet_name_the_script_and_nothing_inline(site: ChatSite) -> None:
    async with site.session.get(site.url) as answer:
        text, policy = await answer.text(), answer.headers["Content-Security-Policy"]
    async with site.session.get(f"{site.url}?snippet") as answer:
        snippet = await answer.text()

    assert f'src="{site.url}/embed.js"' in text
    assert "unsafe" not in policy
    assert "<style" not in text
    assert snippet == f'<script src="{site.url}/embed.js" async></script>\n'


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("PUT", "", 405), ("DELETE", "", 405), ("POST", "/embed.js", 405), ("GET", "/secret", 404), ("GET", "/file", 405)],
)
async def test_nothing_else_is_served(site: ChatSite, method: str, path: str, status: int) -> None:
    async with site.session.request(method, site.url + path) as answer:
        assert answer.status == status


async def test_preflight_of_a_listed_site_is_answered_and_no_other(site: ChatSite) -> None:
    for origin, allowed in (("https://shop.example", "https://shop.example"), ("https://evil.example", None)):
        async with site.session.options(site.url, headers={"Origin": origin}) as answer:
            assert (answer.status, answer.headers.get("Access-Control-Allow-Origin")) == (204, allowed)
            assert answer.headers["Vary"] == "Origin"
