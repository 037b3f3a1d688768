"""The hosted page, the script and the snippet."""

import asyncio
import base64
import hashlib
import re
import shutil

import pytest

from connectors.webform.config import WebformConfig
from connectors.webform.page import draw_page, draw_script, security_headers
from connectors.webform.texts import TEXTS, choose_language
from tests.connectors.webform.formsite import FormSite


@pytest.mark.parametrize(
    ("asked", "accept", "language"),
    [
        ("", "ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("", "de, en;q=0.3, uk;q=0.7", "uk"),
        ("en", "ru", "en"),
        ("xx", "de", "uk"),
        ("", "ru;q=0, en;q=nonsense", "uk"),
        ("", "," * 5000, "uk"),
    ],
)
def test_language_is_chosen(asked: str, accept: str, language: str) -> None:
    assert choose_language(asked, accept, ("uk", "ru", "en")) == language


def test_every_language_has_every_word() -> None:
    assert {frozenset(words) for words in TEXTS.values()} == {frozenset(TEXTS["en"])}


@pytest.mark.parametrize("language", ["uk", "ru", "en"])
async def test_the_page_is_served_with_a_strict_policy(site: FormSite, language: str) -> None:
    async with site.session.get(site.url, headers={"Accept-Language": language}) as response:
        page = await response.text()
        headers = response.headers

    assert (response.status, response.content_type) == (200, "text/html")
    assert f'<html lang="{language}">' in page
    assert TEXTS[language]["send"] in page
    assert headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    [script] = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in headers["Content-Security-Policy"]
    assert "noindex" in headers["X-Robots-Tag"]


def test_every_field_has_a_label() -> None:
    page = draw_page(WebformConfig(), "en")
    fields = re.findall(r"<(?:input|textarea) id=\"([\w-]+)\"", page)

    assert fields
    assert set(fields) == set(re.findall(r"<label for=\"([\w-]+)\"", page))


def test_what_was_typed_and_configured_is_escaped() -> None:
    hostile = "\"'></textarea><script>alert(1)</script>"
    page = draw_page(
        WebformConfig(title=hostile), "en", values={"message": [hostile], "name": [hostile]}, alert=hostile
    )

    assert page.count("<script>") == 1  # our own
    assert page.count("&lt;script&gt;") == 5


def test_the_script_holds_its_settings_as_data() -> None:
    script = draw_script(WebformConfig(max_files=0), "uk", action="https://hub.example/forms/f", time_token="1.a.b")

    assert "/*SETTINGS*/" not in script
    assert '"action":"https://hub.example/forms/f"' in script
    assert '"kind":"file"' not in script
    assert "innerHTML" not in script


async def test_the_script_is_valid_and_may_be_loaded_by_other_sites(site: FormSite) -> None:
    async with site.session.get(f"{site.url}/embed.js") as response:
        script = await response.text()

    assert (response.status, response.content_type) == (200, "text/javascript")
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.headers["Cache-Control"] == "no-store"
    if node := shutil.which("node"):
        process = await asyncio.create_subprocess_exec(node, "--check", "-", stdin=asyncio.subprocess.PIPE)
        await process.communicate(script.encode())
        assert process.returncode == 0


async def test_the_snippet_names_the_public_address(site: FormSite) -> None:
    async with site.session.get(f"{site.url}?snippet") as response:
        snippet = await response.text()

    assert response.content_type == "text/plain"
    assert '<script src="https://hub.example/forms/site-form/embed.js" async></script>' in snippet


async def test_a_person_sees_the_form_again_with_their_words_after_a_refusal(site: FormSite) -> None:
    response = await site.post(
        data={"name": "Ганна", "message": " "}, headers={"Accept": "text/html", "Accept-Language": "uk"}
    )
    page = await response.text()

    assert response.status == 422
    assert 'role="alert"' in page
    assert TEXTS["uk"]["missing"] in page
    assert 'value="Ганна"' in page


def test_redirecting_to_the_sites_thanks_page_is_allowed_by_the_policy() -> None:
    policy = security_headers(WebformConfig(thanks_url="https://shop.example/thanks"))["Content-Security-Policy"]

    assert "form-action 'self' https://shop.example;" in policy
