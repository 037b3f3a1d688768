"""An event in a line of words, for people who watch the hub at work."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from rich.text import Text

from channelhub.cli.printing import one_line

WIDTH = 240  # characters of a line's words at most
_TYPE_COLUMN = 18
_COLOURS = MappingProxyType(
    {
        "outage": "bold red",
        "connector": "magenta",
        "incident": "yellow",
        "message": "green",
        "customer": "cyan",
        "feedback": "blue",
        "notice": "blue",
        "webhook": "magenta",
        "loop": "magenta",
    }
)
_CALM = frozenset({"outage.resolved", "outage.dismissed", "connector.up"})


def event_line(event: Mapping[str, Any]) -> Text:
    """When, which type, and what happened: one line that no text in the event can break or colour."""
    kind = str(event["type"])
    words = _WORDS.get(kind) or _WORDS.get(kind.partition(".")[0]) or _fields
    try:
        said = words(event["data"])
    except (KeyError, TypeError, ValueError):  # of a hub that is newer than this command
        said = _fields(event["data"])
    at = datetime.fromisoformat(event["timestamp"]).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    line = Text.assemble((at, "dim"), "  ")
    line.append(one_line(kind.ljust(_TYPE_COLUMN)).plain.ljust(_TYPE_COLUMN), style=_colour(kind))
    line.append("  ").append(one_line(said, width=WIDTH))
    if event["replayed"]:
        line.append("  (history)", style="dim")
    return line


def _colour(kind: str) -> str:
    return "green" if kind in _CALM else _COLOURS.get(kind.partition(".")[0], "")


def _message(data: Mapping[str, Any]) -> str:
    what = data.get("type", "message")
    way = "from" if data["direction"] == "in" else "to"
    return f"{what} {data['message_id']} {way} customer {data['customer_id']}, {_place(data)}{_language(data)}"


def _edited(data: Mapping[str, Any]) -> str:
    became = "deleted by its sender" if data["deleted"] else f"changed, revision {data['revision']}"
    return f"message {data['message_id']} of customer {data['customer_id']} {became}, {_place(data)}"


def _parked(data: Mapping[str, Any]) -> str:
    return f"delivery {data['inbox_id']} can't be read ({data['reason']}): {data['detail']}"


def _status(data: Mapping[str, Any]) -> str:
    lasting = " for good" if data["permanent"] and data["reported"] == "failed" else ""
    return f"our message {data['message_id']} to customer {data['customer_id']}: {data['reported']}{lasting}"


def _attachment(data: Mapping[str, Any]) -> str:
    what = f"{data['status']}: {data['reason']}" if "status" in data else f"is here, {data['size']} bytes"
    return f"file {data['n']} of message {data['message_id']}, {_place(data)}: {what}"


def _place(data: Mapping[str, Any]) -> str:
    conversation = f", conversation {data['conversation_id']}" if data["conversation_id"] else ""
    return f"{data['channel']} at {data['account']}{conversation}"


def _language(data: Mapping[str, Any]) -> str:
    return f" [{data['language']}]" if data["language"] else ""


def _loop(data: Mapping[str, Any]) -> str:
    return f"customer {data['customer_id']} at {data['account']} isn't written to any more: {data['reason']}"


def _customers(joined: str) -> Callable[[Mapping[str, Any]], str]:
    def words(data: Mapping[str, Any]) -> str:
        left, right = data["left_identity_id"], data["right_identity_id"]
        return f"identities {left} and {right} {joined}, by {data['actor']}"

    return words


def _feedback(data: Mapping[str, Any]) -> str:
    before = f" (was {data['previous_score']})" if data["previous_score"] is not None else ""
    comment = ", with words" if data["has_comment"] else ""
    return f"customer {data['customer_id']} gave {data['score']} of 5{before}{comment}"


def _incident(data: Mapping[str, Any]) -> str:
    who = f", {data['assignee']} works on it" if data["assignee"] else ""
    state = data["state"].replace("_", " ")
    return f"#{data['number']} of customer {data['customer_id']}: {state}, priority {data['priority']}{who}"


def _outage(data: Mapping[str, Any]) -> str:
    customers = f", {data['customers']} customers" if "customers" in data else ""
    level = f", {data['level']}" if data.get("level") else ""
    other = f", outage {data['into_id']}" if data.get("into_id") else ""
    terms = f": {', '.join(data['terms'])}" if data["terms"] else ""
    by = f" by {data['actor']}" if data.get("actor") else ""
    return f"outage {data['outage_id']} {data['state']}{by}{customers}{level}{other}{terms}"


def _notice(data: Mapping[str, Any]) -> str:
    counts = ", ".join(f"{state} {count}" for state, count in data.get("counts", {}).items())
    told = f": {counts}" if counts else ""
    return f"{data['kind']} {data['notice_id']} of outage {data['outage_id']}, let out by {data['approver']}{told}"


def _connector(data: Mapping[str, Any]) -> str:
    why = f": {data['detail']}" if data["detail"] else ""
    return f"{data['account']} ({data['kind']}) {data['state']}{why}"


def _disabled(data: Mapping[str, Any]) -> str:
    named = f" ({data['description']})" if data["description"] else ""
    return f"endpoint {data['webhook_id']}{named} is posted to no more, {data['reason']}: {data['error']}"


def _erasure(data: Mapping[str, Any]) -> str:
    return f"a customer is being erased, receipt {data['erasure_id']}"


def _expiry(data: Mapping[str, Any]) -> str:
    return f"{data['messages']} messages are too old and are being removed, receipt {data['erasure_id']}"


def _note(data: Mapping[str, Any]) -> str:
    named = f", naming {', '.join(data['mentions'])}" if data["mentions"] else ""
    version = f", version {data['revision']}" if data["revision"] else ""
    return f"note {data['note_id']} of customer {data['customer_id']} by {data['actor']}{version}{named}"


def _fields(data: Mapping[str, Any]) -> str:
    """Any event's data."""
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in data.items() if value not in ("", None))


_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = MappingProxyType(
    {
        "message.received": _message,
        "message.edited": _edited,
        "message.parked": _parked,
        "message.status": _status,
        "message.expired": _expiry,
        "attachment": _attachment,
        "loop": _loop,
        "customer.linked": _customers("are one customer"),
        "customer.unlinked": _customers("were taken apart"),
        "customer.erased": _erasure,
        "feedback": _feedback,
        "incident": _incident,
        "note": _note,
        "outage": _outage,
        "notice": _notice,
        "connector": _connector,
        "webhook.disabled": _disabled,
    }
)
