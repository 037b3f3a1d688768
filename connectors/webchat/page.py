"""The chat's script for other sites, the page that we host, and the line to paste. Everything from bytes at hand."""

import base64
import gzip
import hashlib
import html
from collections.abc import Mapping
from pathlib import Path

import jinja2
import msgspec
from aiohttp import web

from connectors.webchat.config import WebchatConfig

_FOLDER = Path(__file__).parent
_SCRIPT = (_FOLDER / "chat.js").read_text(encoding="utf-8")
_CSS = (_FOLDER / "chat.css").read_text(encoding="utf-8")
_PAGE = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_FOLDER), autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined
).get_template("page.html")
_WORDS = {
    language: msgspec.json.decode((_FOLDER / "words" / f"{language}.json").read_bytes(), type=dict[str, str])
    for language in ("uk", "ru", "en")
}
_KEPT_S = 300  # in a browser's cache, before it asks whether the script changed

#: The chat makes its style by script and asks nobody but this server.
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Script:
    """The chat's one file: code, looks and words, with the account's settings in it."""

    def __init__(self, config: WebchatConfig, address: str) -> None:
        self.address = address
        self._body = draw_script(config, address).encode()
        self._packed = gzip.compress(self._body, mtime=0)
        self._tag = f'"{base64.urlsafe_b64encode(hashlib.sha256(self._body).digest()).decode()[:22]}"'

    def answer(self, asked: Mapping[str, str]) -> web.Response:
        """The file, packed for who takes that; 304 to a browser that has it."""
        headers = {
            "Cache-Control": f"public, max-age={_KEPT_S}",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Access-Control-Allow-Origin": "*",  # so that a page may ask for it with `crossorigin`
            "ETag": self._tag,
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        if self._tag in asked.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
        body = self._body
        if "gzip" in asked.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = self._packed
        return web.Response(body=body, content_type="text/javascript", charset="utf-8", headers=headers)


def draw_script(config: WebchatConfig, address: str) -> str:
    """The script that draws the chat. `address` is where it connects to."""
    settings = {
        "address": address,
        "title": config.title,
        "greeting": config.greeting,
        "languages": config.languages,
        "words": {language: _WORDS[language] for language in config.languages},
        "css": _CSS,
        "max_files": config.max_files,
        "max_bytes": int(config.max_body_bytes * 0.74),  # base64 takes a third more
        "max_chars": config.max_text_chars,
        "ask_after_s": config.ask_email_after_s,
    }
    return _SCRIPT.replace("/*SETTINGS*/ {}", msgspec.json.encode(settings).decode(), 1)


def draw_page(config: WebchatConfig, address: str) -> str:
    """A page with nothing but the chat, open."""
    return _PAGE.render(
        language=config.languages[0], title=config.title or _WORDS[config.languages[0]]["title"], address=address
    )


def draw_snippet(address: str) -> str:
    """What the administrator pastes into every page: one script."""
    return f'<script src="{html.escape(address, quote=True)}/embed.js" async></script>\n'
