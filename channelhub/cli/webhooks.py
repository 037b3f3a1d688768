"""`channelhub webhooks`: what other systems are posted, and tools for those who receive it."""

import click

from channelhub.cli import webhook_endpoints, webhook_listen, webhook_verify


@click.group(name="webhooks", help="What other systems are posted; tools for those who receive it.")
def webhooks() -> None: ...


webhooks.add_command(webhook_listen.command)
webhooks.add_command(webhook_verify.command)
for _command in webhook_endpoints.COMMANDS:
    webhooks.add_command(_command)
