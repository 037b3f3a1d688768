"""`channelhub not-spam 9216023`: a person takes what was marked as spam for a customer's words."""

import click
from rich.console import Console

from channelhub.cli.client import Daemon
from channelhub.cli.configuration import configured
from channelhub.cli.frame import Options
from channelhub.cli.printing import plain, print_json


@click.command(name="not-spam")
@click.argument("message", type=click.IntRange(1, 2**63 - 1))
@click.pass_obj
def not_spam(options: Options, message: int) -> None:
    """Say that MESSAGE is no spam, by the id it has on the timeline.

    It opens or joins an incident as of when it came, its sender is acknowledged if that was within a day, and it counts
    for outages. Saying it again changes nothing. Needs the running daemon.
    """
    told = Daemon(configured(options).settings).messages.not_spam(str(message))
    if options.as_json:
        print_json(told)
        return
    number = told["incident_number"]
    became = "it opens no incident" if number is None else f"it is in incident {number}"
    Console(soft_wrap=True, highlight=False).print(plain(f"message {message} is no spam: {became}"))
