"""`channelhub webhooks verify`: whether a post that was kept is genuine, and what is wrong with it."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import plain, print_json
from channelhub.cli.webhooks.diagnosis import likely_causes
from channelhub.cli.webhooks.given_secrets import VARIABLE, read_secrets, takes_secrets, verifying_keys
from channelhub.sdk.webhook_proof import TOLERANCE_S, NotVerified, Verified, verify

MAX_BYTES = 32 * 2**20
_ANY_TIME = float("inf")
_SAVED = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)


@click.command(name="verify")
@click.argument("post", type=_SAVED, default="-")
@click.option("--headers", "headers_file", type=_SAVED, help="A file of lines `name: value`; POST is the body then.")
@click.option("--header", "more", multiple=True, help="One header, `name: value`; POST is the body then.")
@takes_secrets
@click.option("--tolerance", "tolerance_s", type=click.FloatRange(0), default=TOLERANCE_S, help="Seconds, usually 300.")
@click.option("--any-time", is_flag=True, help="Don't look at its age: for a post that was kept.")
@click.pass_obj
def command(
    options: Options,
    post: Path,
    headers_file: Path | None,
    more: tuple[str, ...],
    secrets: tuple[str, ...],
    secret_files: tuple[Path, ...],
    tolerance_s: float,
    any_time: bool,
) -> Exit:
    """Say whether POST, a file or standard input, is signed with the secret, and what is wrong if it isn't.

    Without --headers and --header, POST begins with its headers and an empty line, as it comes over the wire.
    """
    texts = read_secrets(secrets, secret_files)
    if not texts:
        raise Failure(f"which secret? Give --secret-file, --secret or {VARIABLE}", Exit.USAGE)
    keys = verifying_keys(texts)
    headers, body = _post(post, headers_file, more)
    now = datetime.now(UTC)
    try:
        found = verify(headers, body, keys=keys, now=now, tolerance_s=_ANY_TIME if any_time else tolerance_s)
    except NotVerified as refused:
        _say_no(options, refused, likely_causes(refused, headers, body, secrets=texts, now=now))
        return Exit.FAILED
    _say_yes(options, found, of=len(keys), age_s=(now - found.sent_at).total_seconds())
    return Exit.OK


def _say_yes(options: Options, found: Verified, *, of: int, age_s: float) -> None:
    if options.as_json:
        sent_at = found.sent_at.isoformat()
        print_json({"verified": True, "id": found.message_id, "sent_at": sent_at, "secret": found.key + 1})
        return
    which = f", with secret {found.key + 1} of {of}" if of > 1 else ""
    click.echo(plain(f"genuine: {found.message_id}, signed {age_s:.0f} s ago{which}").plain)


def _say_no(options: Options, refused: NotVerified, causes: Sequence[str]) -> None:
    if options.as_json:
        print_json({
            "verified": False, "fault": str(refused.fault), "reason": refused.reason, "causes": list(causes)
        })  # fmt: skip
        return
    click.echo(plain(f"not genuine ({refused.fault}): {refused.reason}").plain)
    for cause in causes:
        click.echo(plain(f"  - {cause}").plain)


def _post(post: Path, headers_file: Path | None, more: Sequence[str]) -> tuple[dict[str, str], bytes]:
    """Headers and body. Ends the command where they can't be told apart."""
    whole = _read(post)
    if headers_file is None and not more:
        return _parted(whole)
    lines = [] if headers_file is None else _lines(_read(headers_file))
    return _headers([*lines, *more]), whole


def _read(file: Path) -> bytes:
    if str(file) == "-":
        found = sys.stdin.buffer.read(MAX_BYTES + 1)
    else:
        with file.open("rb") as opened:
            found = opened.read(MAX_BYTES + 1)
    if len(found) > MAX_BYTES:
        raise Failure(f"{file} is larger than {MAX_BYTES // 2**20} MiB", Exit.DATA)
    return found


def _parted(whole: bytes) -> tuple[dict[str, str], bytes]:
    """Headers and body of a post as it came over the wire; a request line before them is passed over."""
    ends = [(place, len(mark)) for mark in (b"\r\n\r\n", b"\n\n") if (place := whole.find(mark)) >= 0]
    if not ends:
        raise Failure("no empty line ends the headers: give --headers or --header beside the body", Exit.DATA)
    place, length = min(ends)
    return _headers(_lines(whole[:place])), whole[place + length :]


def _lines(text: bytes) -> list[str]:
    return text.decode("utf-8", "surrogateescape").splitlines()


def _headers(lines: Sequence[str]) -> dict[str, str]:
    parted = (line.partition(":") for line in lines if ":" in line)
    return {name.strip(): value.strip() for name, _, value in parted if " " not in name.strip()}
