"""What a poster is told: JSON to scripts, a page to a browser that posted a plain HTML form."""

from collections.abc import Mapping

import msgspec
from aiohttp import web

from channelhub.sdk.hooks import retry_header
from connectors.webform.config import WebformConfig
from connectors.webform.page import draw_page, security_headers
from connectors.webform.texts import status_words


def wants_page(headers: Mapping[str, str]) -> bool:
    """Whether a browser posts a plain form: it says that it takes HTML, which scripts and tools do not."""
    if headers.get("Content-Type", "").lower().startswith("application/json"):
        return False
    is_script = headers.get("Sec-Fetch-Mode", "navigate").lower() != "navigate"
    return "text/html" in headers.get("Accept", "").lower() and not is_script


def accepted(message_id: str, *, is_duplicate: bool) -> web.Response:
    """`message_id` is the one of `GET /api/v1/messages/{id}`."""
    body = msgspec.json.encode({"id": message_id, "duplicate": is_duplicate})
    return web.Response(status=202, body=body, content_type="application/json")


def see_thanks(config: WebformConfig, language: str) -> web.Response:
    """303 to the thanks page: reloading it posts nothing again."""
    return web.Response(status=303, headers={"Location": config.thanks_url or f"?sent=1&lang={language}"})


def refusal_page(
    config: WebformConfig,
    language: str,
    status: int,
    *,
    values: Mapping[str, str],
    time_token: str,
    alert: str = "",
    retry_after_s: float | None = None,
) -> web.Response:
    """The form again with what was typed, so that nobody writes it twice."""
    words = alert or status_words(status, language)
    return web.Response(
        status=status,
        text=draw_page(config, language, time_token=time_token, values=values, alert=words),
        content_type="text/html",
        headers={**security_headers(config), **retry_header(retry_after_s)},
    )
