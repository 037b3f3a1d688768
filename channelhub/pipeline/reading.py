"""Reading one raw message inside a parser child: the connector's parse, then the features of its words."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from channelhub.content.features import Features, features
from channelhub.domain.inbound import EditedMessage, Inbound, NewMessage
from channelhub.domain.raw import RawMessage
from channelhub.pipeline.wire import Reading, Task
from channelhub.sdk.contract import Plugin
from channelhub.sdk.errors import Unparseable

MAX_ITEMS = 1000


def read(task: Task, plugins: Mapping[str, Plugin]) -> Reading:
    """Never raises but for MemoryError's kin: whatever a parser does, the message gets an answer."""
    plugin = plugins.get(task.kind)
    if plugin is None:
        return _failed(task, "unknown-kind", f"no connector of kind {task.kind!r} is installed")
    try:
        raw = replace(task.raw, body=Path(task.path).read_bytes()) if task.path else task.raw
        items = tuple(plugin.parse(raw))
        if len(items) > MAX_ITEMS:
            return _failed(task, "too-many", f"{len(items)} items in one delivery, {MAX_ITEMS} are taken")
        return Reading(id=task.id, items=items, features=tuple(_features(item) for item in items))
    except Unparseable as exc:
        return _failed(task, "unparseable", str(exc))
    except MemoryError:
        return _failed(task, "too-large", "reading it takes more memory than a parser may use")
    except RecursionError:
        return _failed(task, "unparseable", "it is nested too deeply")
    except Exception as exc:  # noqa: BLE001 - a parser's defect parks this message, not the others
        return _failed(task, "defect", f"the parser of {task.kind} failed: {type(exc).__name__}")


def _features(item: Inbound) -> Features | None:
    message = item.message if isinstance(item, EditedMessage) else item
    if not isinstance(message, NewMessage):
        return None
    content = message.content
    words = content.text if content.reply_text is None else content.reply_text
    return features(subject=content.subject, text=words, language=content.language)


def _failed(task: Task, failure: str, detail: str) -> Reading:
    return Reading(id=task.id, failure=failure, detail=detail, salvage=salvage(task.raw))


def salvage(raw: RawMessage) -> dict[str, str]:
    """What can be said of an unreadable delivery without parsing it: the envelope, and a mail's plainest headers."""
    found = {"sender": raw.envelope.mail_from, "peer": raw.envelope.peer}
    for line in raw.body[:16_384].split(b"\n", 200):
        name, colon, value = line.partition(b":")
        if colon and name.strip().lower() in (b"from", b"subject"):
            found.setdefault(name.strip().lower().decode(), value.strip()[:200].decode("utf-8", "replace"))
    return {name: value for name, value in found.items() if value}
