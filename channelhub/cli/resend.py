"""`channelhub resend 9216023`: a person has a message sent again that failed, or that may have arrived."""

import sys

import click
from rich.console import Console

from channelhub.cli.client import Daemon
from channelhub.cli.configuration import configured
from channelhub.cli.exits import Exit, Failure
from channelhub.cli.frame import Options
from channelhub.cli.printing import plain, print_json
from channelhub.cli.send import BAD, became

UNCERTAIN = "uncertain"


@click.command(name="resend")
@click.argument("message", type=click.IntRange(1, 2**63 - 1))
@click.option("-y", "--yes", "is_sure", is_flag=True, help="Don't ask: it may arrive twice.")
@click.option("--wait", "wait_s", type=click.FloatRange(0, 600), default=10.0, show_default=True, help="Seconds.")
@click.pass_obj
def resend(options: Options, message: int, is_sure: bool, wait_s: float) -> Exit:
    """Send MESSAGE again, by the id it has on the timeline: one that failed, or that is uncertain.

    An uncertain one may have arrived: its text and what went wrong are shown and asked about; not on a terminal, it
    needs --yes. Nothing is ever sent again by itself. Needs the running daemon.
    """
    daemon = Daemon(configured(options).settings)
    shown = daemon.messages.get(str(message))
    sending = shown["sending"]
    if sending is None:
        raise Failure(f"message {message} is not one of ours", Exit.FAILED)
    is_uncertain = sending["state"] == UNCERTAIN
    if is_uncertain and not is_sure:
        _ask(shown["text"], sending["reason"])
    daemon.messages.send_again(str(message), {"may_arrive_twice": is_uncertain})
    result = became(daemon, str(message), wait_s)
    if options.as_json:
        print_json({"id": str(message), **result})
    else:
        reason = f": {result['reason']}" if result["reason"] else ""
        Console(soft_wrap=True, highlight=False).print(plain(f"message {message} {result['state']}{reason}"))
    return Exit.FAILED if result["state"] in BAD else Exit.OK


def _ask(text: str, reason: str) -> None:
    """Ends the command unless a person accepts that it may arrive twice."""
    if not sys.stdin.isatty():
        raise Failure(f"it may have arrived ({reason}): with --yes it is sent all the same", Exit.USAGE)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(plain(text))
    console.print(plain(f"It may have arrived: {reason}"), style="bold")
    click.confirm("Send it again?", abort=True, err=True)
