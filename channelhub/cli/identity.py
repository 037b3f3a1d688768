"""`channelhub identity accept 7215`: whose addresses belong together, decided by a person and taken back again."""

from typing import Any

import click
from rich.console import Console

from channelhub.cli.client import Daemon
from channelhub.cli.configuration import configured
from channelhub.cli.frame import Options
from channelhub.cli.printing import plain, print_json

ID = click.IntRange(1, 2**63 - 1)


@click.group(name="identity")
def command() -> None:
    """Join a customer's addresses, and take them apart again. `channelhub card` names the ids; needs the daemon."""


@command.command()
@click.argument("customer", type=ID)
@click.argument("suggestion", type=ID)
@click.pass_obj
def accept(options: Options, customer: int, suggestion: int) -> None:
    """Say that a SUGGESTION on the card of CUSTOMER is right: the two become one customer.

    Taking the link apart within a day opens the suggestion again.
    """
    told = _hub(options).customers.link(str(customer), {"suggestion_id": str(suggestion)})
    _say(options, told, f"joined by link {told['id']}")


@command.command()
@click.argument("customer", type=ID)
@click.argument("suggestion", type=ID)
@click.pass_obj
def reject(options: Options, customer: int, suggestion: int) -> None:
    """Say that a SUGGESTION on the card of CUSTOMER is wrong: it is not made again."""
    told = _hub(options).customers.link(str(customer), {"suggestion_id": str(suggestion), "accept": False})
    _say(options, told, f"suggestion {suggestion} is rejected")


@command.command()
@click.argument("link", type=ID)
@click.pass_obj
def unlink(options: Options, link: int) -> None:
    """Take the two addresses of LINK apart; what joins them still is said."""
    told = _hub(options).customers.unlink(str(link))
    lines = ["taken apart"]
    if told["suggestion_id"]:
        lines = [f"the acceptance is taken back: suggestion {told['suggestion_id']} is open again"]
    for one in told["still_joined_by"]:
        lines.append(f"still joined by link {one['id']}: {one['left_id']} and {one['right_id']} ({one['reason']})")
    _say(options, told, *lines)


@command.command(name="take-out")
@click.argument("identity", type=ID)
@click.pass_obj
def take_out(options: Options, identity: int) -> None:
    """Make IDENTITY a customer of its own, whatever links hold it where it is."""
    told = _hub(options).customers.take_out(str(identity))
    _say(options, told, f"identity {identity} is out of customer {told['customer_id']}")


@command.command(name="put-back")
@click.argument("identity", type=ID)
@click.pass_obj
def put_back(options: Options, identity: int) -> None:
    """Undo the last `take-out` of IDENTITY."""
    told = _hub(options).customers.put_back(str(identity))
    _say(options, told, f"identity {identity} is in customer {told['customer_id']} again")


def _hub(options: Options) -> Daemon:
    return Daemon(configured(options).settings)


def _say(options: Options, told: Any, *lines: str) -> None:
    if options.as_json:
        print_json(told)
        return
    for line in lines:
        Console(soft_wrap=True, highlight=False).print(plain(line))
