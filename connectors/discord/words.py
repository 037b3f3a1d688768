"""What a message says in words, and the files that it names."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, TypeVar

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment
from channelhub.sdk.json_parts import read_part
from connectors.discord.shapes import File, Message, Poll, Snapshot, Sticker, User

T = TypeVar("T")

_TOKEN: Final = re.compile(r"<(@!?|@&|#|a?:[A-Za-z0-9_~]{1,64}:|t:)(-?[0-9]{1,20})(?::[tTdDfFR])?>")
_MAX_SIZE: Final = 2**53
MOST_FILES: Final = 100


def plain(text: str, names: Mapping[str, str]) -> str:
    """Discord's marks for people, channels, emoji and times as people read them; `names` are those of people."""

    def shown(token: re.Match[str]) -> str:
        kind, number = token[1], token[2]
        if kind in ("@", "@!"):
            return f"@{names.get(number, number)}"
        if kind == "t:":
            return _time(number) or token[0]
        return f"{kind}{number}".replace("@&", "@") if kind in ("#", "@&") else f":{kind.split(':')[1]}:"

    return _TOKEN.sub(shown, text)


def text_of(message: Message, people: tuple[User, ...], bot: str, warnings: list[str]) -> str:
    """The words, or what stands for them; empty where there are only files."""
    names = {one.id: one.global_name or one.username for one in people}
    content = re.sub(rf"^\s*<@!?{bot}>[\s,:]*", "", message.content or "") if bot.isdigit() else message.content or ""
    lines = [plain(content, names)]
    for one in read_part(message.message_snapshots, list[Snapshot], "message_snapshots", warnings) or []:
        lines += [f"> {line}" for line in plain(one.message.content, names).splitlines()]
    for sticker in read_part(message.sticker_items, list[Sticker], "sticker_items", warnings) or []:
        lines.append(f"[sticker: {sticker.name}]" if sticker.name else "[sticker]")
    if poll := read_part(message.poll, Poll, "poll", warnings):
        lines.append(poll.question.text or "[poll]")
        lines += [f"- {answer.poll_media.text}" for answer in poll.answers if answer.poll_media.text]
    return "\n".join(filter(None, lines)).strip()


def attachments(message: Message, warnings: list[str]) -> tuple[Attachment, ...]:
    """The files, those of a message that was passed on included, each by its address and where it was said."""
    files = read_part(message.attachments, list[File], "attachments", warnings) or []
    for one in read_part(message.message_snapshots, list[Snapshot], "message_snapshots", []) or []:
        files += one.message.attachments
    return tuple(
        Attachment(
            filename=label(file.filename) or label(f"file-{file.id}"),
            content_type=file.content_type or "application/octet-stream",
            size=file.size if 0 < file.size < _MAX_SIZE else 0,
            reference=f"{file.url}#{message.channel_id}/{message.id}/{file.id}",
        )
        for file in files[:MOST_FILES]
    )


def _time(number: str) -> str:
    try:
        return f"{datetime.fromtimestamp(int(number), UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return ""
