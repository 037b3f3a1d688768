"""What a poster is told: JSON to scripts, a page to a browser that posted a plain HTML form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from aiohttp import web

from channelhub.sdk.hooks import retry_header
from connectors.webform.config import WebformConfig
from connectors.webform.definition import STANDARD, FormConfig
from connectors.webform.fields import Fault
from connectors.webform.page import draw_page, security_headers
from connectors.webform.texts import TEXTS, status_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A post that is on disk. `status_path` is where its sender sees how it stands; empty where there is no such."""

    message_id: str  # the one of `GET /api/v1/messages/{id}`
    is_duplicate: bool
    status_path: str = ""


def wants_page(headers: Mapping[str, str]) -> bool:
    """Whether a browser posts a plain form: it says that it takes HTML, which scripts and tools do not."""
    if headers.get("Content-Type", "").lower().startswith("application/json"):
        return False
    is_script = headers.get("Sec-Fetch-Mode", "navigate").lower() != "navigate"
    return "text/html" in headers.get("Accept", "").lower() and not is_script


def accepted(taken: Taken, public_url: str) -> web.Response:
    """202 with the message's id, and the address where its sender sees how it stands."""
    said = {"id": taken.message_id, "duplicate": taken.is_duplicate}
    if taken.status_path:
        said["status_url"] = f"{public_url}{taken.status_path}"
    return web.Response(status=202, body=msgspec.json.encode(said), content_type="application/json")


def see_thanks(config: WebformConfig, definition: FormConfig, path: str, taken: Taken, language: str) -> web.Response:
    """303 to the thanks page: reloading it posts nothing again.

    Our own is the page of how the request stands, else the form's. Both are named relative to the form's address, so
    that they are found whatever the browser calls us.
    """
    how = f"?sent={'again' if taken.is_duplicate else '1'}&lang={language}"
    up = "../" * (path.count("/") - 1)
    own = f"{up}{taken.status_path.lstrip('/')}{how}" if taken.status_path else how
    return web.Response(status=303, headers={"Location": definition.thanks_url or config.thanks_url or own})


def refusal_page(
    config: WebformConfig,
    definition: FormConfig,
    language: str,
    status: int,
    *,
    values: Mapping[str, Sequence[str]],
    faults: Mapping[str, Fault],
    had_files: bool,
    time_token: str,
    retry_after_s: float | None = None,
) -> web.Response:
    """The form again with what was typed, so that nobody writes it twice."""
    words = TEXTS[language]["faults"] if faults else status_words(status, language)
    if definition is STANDARD and "message" in faults and faults["message"].code == "required":
        words = TEXTS[language]["missing"]
    return web.Response(
        status=status,
        text=draw_page(
            config,
            language,
            definition=definition,
            time_token=time_token,
            values=values,
            faults=faults,
            had_files=had_files,
            alert=words,
        ),
        content_type="text/html",
        headers={**security_headers(config, definition), **retry_header(retry_after_s)},
    )
