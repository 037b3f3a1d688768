"""What a message says in words, and the files that it names. Slack's mrkdwn becomes plain text."""

import html
import re
from typing import TypeVar

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment
from channelhub.sdk.json_parts import read_part
from connectors.slack.shapes import File, Message, Shared

T = TypeVar("T")

_TOKEN = re.compile(r"<([^<>\n]{1,4000})>")
_MAX_SIZE = 2**53
_LOST = frozenset({"tombstone", "hidden_by_limit"})  # of a file: deleted, or beyond what the plan keeps
MOST_FILES = 100


def plain(text: str) -> str:
    """Mrkdwn as people read it: names, channels and links in words, the three escaped characters as themselves."""
    pieces, end = [], 0
    for token in _TOKEN.finditer(text):
        pieces += [html_free(text[end : token.start()]), _named(token[1])]
        end = token.end()
    return "".join([*pieces, html_free(text[end:])])


def html_free(text: str) -> str:
    """Slack escapes `&`, `<` and `>`, and nothing else."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def without_mention(text: str, bots: frozenset[str]) -> str:
    """Mrkdwn without a mention of the app itself at its start."""
    found = re.match(r"\s*<@([A-Z0-9]{1,30})(\|[^<>]{0,200})?>[\s,:]*", text)
    return text[found.end() :] if found and found[1] in bots else text


def mentions(text: str, bots: frozenset[str]) -> bool:
    """Whether the app is named in it."""
    return any(token[1][1:].partition("|")[0] in bots for token in _TOKEN.finditer(text) if token[1].startswith("@"))


def text_of(message: Message, files: list[File], bots: frozenset[str], warnings: list[str]) -> str:
    """The words, those that were passed on, and links that Slack shows as files; empty where there are only files."""
    lines = [plain(without_mention(message.text or "", bots))]
    for shared in read_part(message.attachments, list[Shared], "attachments", warnings) or []:
        if (shared.is_share or shared.is_msg_unfurl) and shared.text:
            who = f"{shared.author_name}:\n" if shared.author_name else ""
            lines.append("\n".join(f"> {line}" for line in (who + plain(shared.text)).splitlines()))
    for file in files:
        name = file.name or file.title or file.id
        if file.mode == "external" and file.url_private:
            lines.append(f"{name} ({file.url_private})")
        elif file.mode in _LOST:
            lines.append(f"[file: {name or 'deleted'}]")
    return "\n".join(filter(None, lines)).strip()


def files_of(message: Message, warnings: list[str]) -> list[File]:
    """The files of a message, also those that Slack only links to or no longer has."""
    return (read_part(message.files, list[File], "files", warnings) or [])[:MOST_FILES]


def attachments(files: list[File]) -> tuple[Attachment, ...]:
    """What Slack keeps, by its id."""
    kept = [file for file in files if file.id and file.mode != "external" and file.mode not in _LOST]
    return tuple(
        Attachment(
            filename=label(file.name or file.title or "") or label(file.id),
            content_type=file.mimetype or "application/octet-stream",
            size=file.size if file.size and 0 < file.size < _MAX_SIZE else 0,
            reference=file.id,
        )
        for file in kept
    )


def escaped(text: str) -> str:
    """Plain text as Slack takes it, so that nothing in it is a mention or a link with another name."""
    return html.escape(text, quote=False)


def _named(token: str) -> str:
    """What stands between angle brackets: a person, a channel, a group, a date or a link, with or without its name."""
    target, _, name = token.partition("|")
    shown = html_free(name)
    if target.startswith("@"):
        return f"@{(shown or target[1:]).removeprefix('@')}"
    if target.startswith("#"):
        return f"#{(shown or target[1:]).removeprefix('#')}"
    if target.startswith("!"):
        return shown or f"@{target[1:].partition('^')[0]}"
    target = html_free(target)
    if not shown or shown == target or target.partition(":")[2].lstrip("/").rstrip("/") == shown.rstrip("/"):
        return shown or target.removeprefix("mailto:").removeprefix("tel:")
    return f"{shown} ({target})"
