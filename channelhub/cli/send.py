"""`channelhub send email:ann@example.com "It is mended."`: answer a customer where they wrote."""

import base64
import mimetypes
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

import click
from rich.console import Console

from channelhub.cli.addressee import Addressee, addressee
from channelhub.cli.client import Daemon
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import one_line, plain, print_json, when
from channelhub.client.shapes import Beginning, ConversationView, Reply, ReplyFile, WayView
from channelhub.pipeline import windows
from channelhub.pipeline.commands.replies import MAX_CHARS, MAX_FILES, MAX_FILES_BYTES

T = TypeVar("T")
LOOK_S: Final = 0.2
PAUSE_S: Final = 1.0
TRIES: Final = 3  # to hand it to the hub; the key keeps it from being sent twice
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_STILL = frozenset({"queued", "sending"})
BAD: Final = frozenset({"failed", "uncertain", "withdrawn"})


@click.command(name="send")
@click.argument("to")
@click.argument("text", required=False)
@click.option("--subject", help="Begin a conversation with this subject: by mail, also with who never wrote.")
@click.option("--account", default="", help="With --subject: which sends it, where several send mail.")
@click.option("--attach", "files", multiple=True, type=_FILE, help="A file that goes with it. Repeatable.")
@click.option("-y", "--yes", "is_sure", is_flag=True, help="Don't ask before sending.")
@click.option("--wait", "wait_s", type=click.FloatRange(0, 600), default=10.0, show_default=True, help="Seconds.")
@click.option("--key", default="", metavar="KEY", help="Of an attempt before: what it sent isn't sent again.")
@click.pass_obj
def send(
    options: Options,
    /,
    to: str,
    text: str | None,
    subject: str | None,
    account: str,
    files: tuple[Path, ...],
    is_sure: bool,
    wait_s: float,
    key: str,
) -> Exit:
    """Answer TO: a conversation's id, or who wrote, as kind:value: email:ann@example.com.

    An identity is answered where it last wrote; with --subject a new mail is written to it. Without TEXT, or with -, it
    is read from standard input; on a terminal an editor opens. Then it is shown and asked for. The command waits
    (--wait) to say what became of it; 1 is its exit code where the channel refused it or nobody knows. Needs the
    running daemon.
    """
    settings = configured(options).settings
    daemon = Daemon(settings)
    if account and subject is None:
        raise Failure("--account is for a new conversation: give it a --subject", Exit.USAGE)
    if subject is None:
        whom = addressee(daemon, to, default_region=settings.hub.default_region)
        known = daemon.messages.conversation(whom.conversation_id)
        whom = replace(whom, words=f"{whom.words}{_require_open(known, has_files=bool(files))}")
    else:
        whom = Addressee(conversation_id="", words=f"{to}, a new conversation about “{subject}”")
    attachments = [_attachment(path) for path in _bounded(files)]
    words = _checked(_words(text))
    if sys.stdin.isatty() and not is_sure:
        _ask(whom, words, files)
    key = key or str(uuid.uuid4())
    if subject is None:
        body: Reply = {"text": words, "attachments": attachments}
        message_id = handed_over(lambda: daemon.messages.reply(whom.conversation_id, body, key=key), key)["id"]
        conversation_id = whom.conversation_id
    else:
        first: Beginning = {
            "to": to, "account": account, "subject": subject, "text": words, "attachments": attachments,
        }  # fmt: skip
        begun = handed_over(lambda: daemon.messages.begin(first, key=key), key)
        message_id, conversation_id = begun["id"], begun["conversation_id"]
    result = became(daemon, message_id, wait_s)
    if options.as_json:
        print_json({"id": message_id, "conversation_id": conversation_id, "key": key, **result})
    else:
        reason = f": {result['reason']}" if result["reason"] else ""
        Console(soft_wrap=True, highlight=False).print(plain(f"message {message_id} {result['state']}{reason}"))
    return Exit.FAILED if result["state"] in BAD else Exit.OK


def _require_open(known: ConversationView, *, has_files: bool) -> str:
    """Until when the conversation takes answers, in words; empty: always. Ends the command where it takes none, or no
    files that are wanted, before somebody writes one."""
    way, other = known["reply"], known["elsewhere"]
    if way["hindrance"]:
        instead = f"; {_instead(other)}" if other else ""
        raise Failure(f"{way['reason']}{instead}", Exit.FAILED)
    if has_files and not way["takes_files"]:
        raise Failure(f"{way['files']['reason']}: answer without files, or another way", Exit.FAILED)
    if way["template"]:
        bound = f"free words are no longer taken, {way['max_chars']} characters go out in the template"
        return f", {bound} {way['template']}{f'; or {_instead(other)}' if other else ''}"
    if way["public"]:
        return ", public: everybody sees it"
    return f", taken until {when(way['until'])}" if way["until"] else ""


def _instead(other: WayView) -> str:
    claimed = "" if other["verified"] else " (claimed)"
    return (
        f"answer {other['address']}{claimed} by {other['account']}: channelhub send {other['conversation_id']} "
        f"({windows.RULE})"
    )


def _words(text: str | None) -> str:
    """From the argument, standard input or an editor."""
    if text is not None and text != "-":
        return text
    if text is None and sys.stdin.isatty():
        written = click.edit("", extension=".txt")
        if written is None:
            raise Failure("nothing was saved, nothing is sent", Exit.FAILED)
        return written.strip("\n")
    return sys.stdin.buffer.read(4 * MAX_CHARS + 1).decode(errors="replace").strip("\n")


def _checked(text: str) -> str:
    if not text.strip():
        raise Failure("there is nothing to send: the text is empty", Exit.USAGE)
    if len(text) > MAX_CHARS:
        raise Failure(f"the text has more than {MAX_CHARS} characters", Exit.USAGE)
    return text


def _bounded(files: tuple[Path, ...]) -> tuple[Path, ...]:
    if len(files) > MAX_FILES or sum(path.stat().st_size for path in files) > MAX_FILES_BYTES:
        raise Failure(f"at most {MAX_FILES} files of {MAX_FILES_BYTES >> 20} MiB together go with it", Exit.USAGE)
    return files


def _attachment(path: Path) -> ReplyFile:
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise Failure(f"{path} can't be read: {exc.strerror}", Exit.IO) from exc
    if not content:
        raise Failure(f"{path} is empty", Exit.USAGE)
    kind, encoding = mimetypes.guess_type(path.name)
    return {
        "filename": path.name,
        "content_type": kind if kind and not encoding else "application/octet-stream",
        "content": base64.b64encode(content).decode(),
    }


def _ask(whom: Addressee, text: str, files: tuple[Path, ...]) -> None:
    """Show what will go where; ends the command unless it is wanted."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(plain(f"To {whom.words}"), style="bold")
    console.print(plain(text))
    for path in files:
        console.print(one_line(f"with {path.name}, {path.stat().st_size} bytes"), style="dim")
    click.confirm("Send it?", abort=True, err=True)


def handed_over(ask: Callable[[], T], key: str) -> T:
    """What the hub answers. Asks again where the connection breaks: the same key is one message."""
    for turn in range(TRIES):
        if turn:
            time.sleep(turn * PAUSE_S)
        try:
            return ask()
        except Failure as exc:
            if exc.code != Exit.UNAVAILABLE:
                raise
            reason = exc.message
    raise Failure(f"{reason}; perhaps it goes out all the same: with --key {key} it isn't sent twice", Exit.UNAVAILABLE)


def became(daemon: Daemon, message_id: str, wait_s: float) -> dict[str, str]:
    """The message's state and why, as soon as the channel has answered, or when the time is over."""
    ends = time.monotonic() + wait_s
    while True:
        sending = daemon.messages.get(message_id)["sending"]
        assert sending is not None, "it is one of ours"
        if sending["state"] not in _STILL or time.monotonic() >= ends:
            return {"state": sending["state"], "reason": sending["reason"]}
        time.sleep(LOOK_S)
