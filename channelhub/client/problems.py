"""What can go wrong between a program and a hub."""

import json
from collections.abc import Mapping
from typing import Any, Final

MAX_DETAIL_CHARS: Final = 2000
_UNNAMED: Final = "about:blank"  # RFC 9457, 4.2.1: nothing but the status is known


class HubError(Exception):
    """The hub did not do what was asked. Its text is a sentence for people."""


class HubProblem(HubError):
    """The hub's answer is no: a problem document (RFC 9457).

    `type` is one of the types of docs/api.md and never changes its meaning; `errors` names each faulty field.
    `retry_after_s`: when to come again, where the hub said so; nothing was done then. `incident` is an id in its log.
    """

    def __init__(
        self,
        *,
        status: int,
        type: str = _UNNAMED,  # noqa: A002 - as RFC 9457 calls it
        title: str = "",
        detail: str = "",
        errors: Mapping[str, str] | None = None,
        retry_after_s: float | None = None,
        incident: str = "",
    ) -> None:
        super().__init__(detail or title or f"the hub answered {status}")
        self.status = status
        self.type = type
        self.title = title
        self.detail = detail
        self.errors = dict(errors or {})
        self.retry_after_s = retry_after_s
        self.incident = incident


class HubUnreachable(HubError):
    """There was no answer: it can't be connected to, the connection broke, or the time was over.

    What was asked may have been done all the same.
    """


class NotAHub(HubError):
    """What answers is no hub, or said more than was to be read."""


class EventsMissed(HubError):
    """A stream was resumed too late: the events after `after` and before `oldest` are no longer kept."""

    def __init__(self, *, after: str, oldest: str) -> None:
        super().__init__(f"the events after {after} and before {oldest} are no longer kept")
        self.after = after
        self.oldest = oldest


def problem_of(status: int, headers: Mapping[str, str], body: bytes) -> HubProblem:
    """The problem that a refusal says, or its status where it says none."""
    retry_after_s = read_retry_after(headers.get("retry-after"))
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        detail = (
            f"the hub answered {status}: it leads elsewhere, and that is not followed" if 300 <= status < 400 else ""
        )
        return HubProblem(status=status, detail=detail, retry_after_s=retry_after_s)
    errors = said.get("errors")
    return HubProblem(
        status=status,
        type=_text(said, "type") or _UNNAMED,
        title=_text(said, "title"),
        detail=_text(said, "detail"),
        errors={str(name): str(what) for name, what in errors.items()} if isinstance(errors, dict) else {},
        retry_after_s=retry_after_s,
        incident=_text(said, "incident"),
    )


def read_retry_after(field: str | None) -> float | None:
    """Seconds, as the hub says them; None for anything else."""
    text = (field or "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _text(said: dict[str, Any], name: str) -> str:
    found = said.get(name)
    return found[:MAX_DETAIL_CHARS] if isinstance(found, str) else ""
