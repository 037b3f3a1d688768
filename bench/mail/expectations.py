"""A folder of mails with what each is expected to mean: `NAME.eml` and, beside it, `NAME.expect.json`.

Where there is no such file, a reviewed result (`NAME.golden.json`) says what is expected. docs/performance.md lists the
keys of an expectation.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

KEYS = frozenset(
    {
        "subject", "from_addr", "from_name", "to", "to_has", "cc", "message_id", "in_reply_to", "references", "date",
        "body", "body_html", "body_has", "reply", "reply_has", "reply_not", "att_count", "att_names", "att_size",
        "auto_bounce", "auto_reply", "auto_any", "human", "html_has", "skip",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`wanted` is empty where nothing is expected but that the mail is read."""

    path: Path
    wanted: Mapping[str, Any]


class BadExpectation(Exception):
    """A file beside a mail that can't be read, or asks for something unknown."""


def cases(folder: Path) -> list[Case]:
    """Every mail below the folder, in order of their paths. Raises `BadExpectation`."""
    return [Case(path=path, wanted=_wanted(path)) for path in sorted(folder.rglob("*.eml"))]


def _wanted(mail: Path) -> Mapping[str, Any]:
    stated = mail.with_name(f"{mail.stem}.expect.json")
    reviewed = mail.with_name(f"{mail.stem}.golden.json")
    try:
        if stated.exists():
            wanted = json.loads(stated.read_text(encoding="utf-8"))
        elif reviewed.exists():
            wanted = of_result(json.loads(reviewed.read_text(encoding="utf-8")))
        else:
            wanted = {}
    except (ValueError, KeyError) as exc:
        raise BadExpectation(f"{mail}: {exc}") from exc
    if unknown := sorted(wanted.keys() - KEYS):
        raise BadExpectation(f"{stated}: unknown keys: {', '.join(unknown)}")
    skipped = set(wanted.get("skip", ()))
    return {key: value for key, value in wanted.items() if key != "skip" and key not in skipped}


def of_result(result: Mapping[str, Any]) -> dict[str, Any]:
    """What a reviewed answer of `parse --json` expects."""
    if "error" in result:
        return {}
    sent_at = result["sent_at"]
    automatic = result["auto"]
    return {
        "subject": result["subject"],
        "from_addr": result["sender"]["address"],
        "from_name": result["sender"]["name"],
        "to": [one["address"] for one in result["to"]],
        "cc": [one["address"] for one in result["cc"]],
        "message_id": result["message_id"],
        "in_reply_to": result["in_reply_to"],
        "references": result["references"],
        "body": result["text"],
        "reply": result["reply_text"],
        "att_count": [len(result["attachments"])],
        "att_names": [one["filename"] for one in result["attachments"]],
        "att_size": [one["size"] for one in result["attachments"]],
        **({"date": datetime.fromisoformat(sent_at).timestamp()} if sent_at else {}),
        **({"auto_bounce": True} if automatic["bounce"] else {}),
        **({"auto_reply": True} if automatic["reply"] else {}),
        **({"human": True} if not any(automatic.values()) else {}),
    }
