"""`channelhub webhooks`: what other systems are posted, and tools for those who receive it."""

import click

from channelhub.cli.webhooks import endpoints, listen, verify


@click.group(name="webhooks", help="What other systems are posted; tools for those who receive it.")
def webhooks() -> None: ...


webhooks.add_command(listen.command)
webhooks.add_command(verify.command)
for _command in endpoints.COMMANDS:
    webhooks.add_command(_command)
