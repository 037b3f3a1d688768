"""The hosted page, the script for other sites, and the lines to paste there. Everything works from bytes at hand."""

import base64
import hashlib
import html
from collections.abc import Mapping, Sequence
from pathlib import Path

import jinja2
import markupsafe
import msgspec

from channelhub.sdk.origins import site_of
from connectors.webform.captcha_vendors import VENDORS
from connectors.webform.config import WebformConfig
from connectors.webform.definition import STANDARD, FormConfig, text_in
from connectors.webform.drawing import as_settings, drawn_fields
from connectors.webform.fields import Fault
from connectors.webform.texts import TEXTS

_FOLDER = Path(__file__).parent
_CSS = (_FOLDER / "page.css").read_text(encoding="utf-8")
_PROOF = (_FOLDER / "proof.js").read_text(encoding="utf-8")
_PAGE_SCRIPT = _PROOF + (_FOLDER / "page.js").read_text(encoding="utf-8")
_SCRIPT = (_FOLDER / "embed.js").read_text(encoding="utf-8").replace("/*PROOF*/", _PROOF, 1)
_TEMPLATE = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_FOLDER), autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined
).get_template("page.html")
_NAMES = {"uk": "Українська", "ru": "Русский", "en": "English"}
_ONLY_HOSTED = frozenset({"subject", "order_id"})  # of the standard form: a site gives the order by data-order-id


def _hash_source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


_STYLE_SOURCE = _hash_source(_CSS)
_SCRIPT_SOURCE = _hash_source(_PAGE_SCRIPT)


def security_headers(config: WebformConfig, definition: FormConfig = STANDARD) -> dict[str, str]:
    """For every page of the form. A redirect after a post counts as a form action too, so `thanks_url` is named.

    The referrer policy lets the browser say its Origin to us: with `no-referrer` it would post `Origin: null`.
    """
    actions = f"'self' {site_of(definition.thanks_url or config.thanks_url)}".strip()
    theirs = f" {VENDORS[config.captcha].sources}" if config.captcha else ""
    frames = f"frame-src{theirs}; connect-src{theirs}; " if theirs else ""
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src {_STYLE_SOURCE}{theirs}; script-src {_SCRIPT_SOURCE}{theirs}; {frames}"
            f"form-action {actions}; base-uri 'none'; frame-ancestors 'none'"
        ),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow",
    }


def draw_page(
    config: WebformConfig,
    language: str,
    *,
    definition: FormConfig = STANDARD,
    time_token: str = "",
    values: Mapping[str, Sequence[str]] | None = None,
    faults: Mapping[str, Fault] | None = None,
    alert: str = "",
    had_files: bool = False,
    sent: str = "",
) -> str:
    """The page: the form, with what was typed (by names in lower case) and what is wrong with it, or thanks.

    `had_files`: there were files, or may have been, which have to be chosen again.
    """
    fields = drawn_fields(
        definition,
        language,
        config.languages,
        max_field_chars=config.max_field_chars,
        max_files=config.max_files,
        values=values,
        faults=faults,
    )
    return _TEMPLATE.render(
        css=markupsafe.Markup(_CSS),  # noqa: S704 - our own files, and the policy admits only their hashes
        script=markupsafe.Markup(_PAGE_SCRIPT),  # noqa: S704
        heading=_heading(config, definition, language),
        intro=text_in(definition.intro, language, config.languages),
        send=text_in(definition.send, language, config.languages) or TEXTS[language]["send"],
        words=TEXTS[language],
        language=language,
        languages=config.languages,
        names=_NAMES,
        fields=fields,
        faulty=[field for field in fields if field.fault],
        had_files=had_files and any(field.kind == "file" for field in fields),
        max_bytes=config.max_body_bytes,
        proof_bits=config.proof_bits,
        captcha=VENDORS[config.captcha] if config.captcha else None,
        site_key=config.captcha_site_key,
        time_token=time_token,
        alert=alert,
        sent=sent,
    )


def _heading(config: WebformConfig, definition: FormConfig, language: str) -> str:
    own = text_in(definition.title, language, config.languages)
    return own or (config.title if definition is STANDARD else "") or TEXTS[language]["title"]


def draw_script(
    config: WebformConfig, language: str, *, action: str, time_token: str, definition: FormConfig = STANDARD
) -> str:
    """The script that draws the form on another site. `action` is the address it posts to."""
    fields = drawn_fields(
        definition, language, config.languages, max_field_chars=config.max_field_chars, max_files=config.max_files
    )
    vendor = VENDORS[config.captcha] if config.captcha else None
    settings = msgspec.json.encode(
        {
            "action": action,
            "language": language,
            "time_token": time_token,
            "fields": [
                as_settings(field) for field in fields if definition is not STANDARD or field.name not in _ONLY_HOSTED
            ],
            "words": {
                **TEXTS[language],
                **{
                    name: own
                    for name in ("send", "thanks")
                    if (own := text_in(getattr(definition, name), language, config.languages))
                },
            },
            "proof_bits": config.proof_bits,
            "max_bytes": config.max_body_bytes,
            "captcha": vendor and {"css_class": vendor.css_class, "script": f"{vendor.script}?hl={language}"},
            "site_key": config.captcha_site_key,
        }
    ).decode()
    return _SCRIPT.replace("/*SETTINGS*/ {}", settings, 1)


def draw_snippet(action: str) -> str:
    """What the administrator pastes into a page: one script, and a link for readers without JavaScript."""
    address = html.escape(action, quote=True)
    return f'<script src="{address}/embed.js" async></script>\n<noscript><a href="{address}">✉</a></noscript>\n'
