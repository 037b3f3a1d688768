"""The hosted page, the script for other sites, and the lines to paste there. Everything works from bytes at hand."""

import base64
import hashlib
import html
from collections.abc import Mapping
from pathlib import Path

import jinja2
import markupsafe
import msgspec

from channelhub.sdk.origins import site_of
from connectors.webform.config import WebformConfig
from connectors.webform.texts import TEXTS

_FOLDER = Path(__file__).parent
_CSS = (_FOLDER / "page.css").read_text(encoding="utf-8")
_SCRIPT = (_FOLDER / "embed.js").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()
_TEMPLATE = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_FOLDER), autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined
).get_template("page.html")
_LINES = (
    ("name", "text", "name"),
    ("email", "email", "email"),
    ("phone", "tel", "tel"),
    ("subject", "text", "off"),
    ("order_id", "text", "off"),
)
_NAMES = {"uk": "Українська", "ru": "Русский", "en": "English"}


def security_headers(config: WebformConfig) -> dict[str, str]:
    """For every page of the form. A redirect after a post counts as a form action too, so `thanks_url` is named.

    The referrer policy lets the browser say its Origin to us: with `no-referrer` it would post `Origin: null`.
    """
    actions = f"'self' {site_of(config.thanks_url)}".strip()
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action {actions}; "
            "base-uri 'none'; frame-ancestors 'none'"
        ),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def draw_page(
    config: WebformConfig,
    language: str,
    *,
    time_token: str = "",
    values: Mapping[str, str] | None = None,
    alert: str = "",
    is_sent: bool = False,
) -> str:
    """The page: the form, with what was typed and an alert after a refusal, or thanks."""
    return _TEMPLATE.render(
        css=markupsafe.Markup(_CSS),  # noqa: S704 - our own file, and the policy admits only its hash
        heading=config.title or TEXTS[language]["title"],
        words=TEXTS[language],
        language=language,
        languages=config.languages,
        names=_NAMES,
        lines=_LINES,
        max_field_chars=config.max_field_chars,
        max_files=config.max_files,
        time_token=time_token,
        values=values or {},
        alert=alert,
        is_sent=is_sent,
    )


def draw_script(config: WebformConfig, language: str, *, action: str, time_token: str) -> str:
    """The script that draws the form on another site. `action` is the address it posts to."""
    settings = msgspec.json.encode(
        {
            "action": action,
            "language": language,
            "time_token": time_token,
            "has_files": config.max_files > 0,
            "words": TEXTS[language],
        }
    ).decode()
    return _SCRIPT.replace("/*SETTINGS*/ {}", settings, 1)


def draw_snippet(action: str) -> str:
    """What the administrator pastes into a page: one script, and a link for readers without JavaScript."""
    address = html.escape(action, quote=True)
    return f'<script src="{address}/embed.js" async></script>\n<noscript><a href="{address}">✉</a></noscript>\n'
