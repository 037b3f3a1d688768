"""The secrets that commands verify webhooks with: from options, files or the environment."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from channelhub.cli.exits import Exit, Failure
from channelhub.sdk.webhook_keys import NotAKey
from channelhub.sdk.webhook_proof import VerifyingKey, read_verifying_key
from channelhub.sdk.webhooks import NotASecret

C = TypeVar("C", bound=Callable[..., Any])

VARIABLE = "CHANNELHUB_WEBHOOK_SECRET"
MAX_CHARS = 4096


def takes_secrets(command: C) -> C:
    """The options `secrets` and `secret_files` of a command."""
    secret_file = click.option(
        "--secret-file",
        "secret_files",
        multiple=True,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="A file with a secret in it.",
    )
    secret = click.option(
        "--secret",
        "secrets",
        multiple=True,
        envvar=VARIABLE,
        help=f"whsec_… or, for ed25519, whpk_…; several while they change. Better in {VARIABLE} or a file.",
    )
    return secret(secret_file(command))


def read_secrets(secrets: Sequence[str], files: Sequence[Path]) -> list[str]:
    """The secrets as given; empty where none is."""
    return [*(one.strip() for one in secrets), *(one.read_text(errors="replace")[:MAX_CHARS].strip() for one in files)]


def verifying_keys(texts: Sequence[str]) -> list[VerifyingKey]:
    """What the secrets verify with. Ends the command where one is no secret."""
    try:
        return [read_verifying_key(one) for one in texts]
    except (NotASecret, NotAKey) as exc:
        raise Failure(f"that is no secret to verify with: {exc}", Exit.USAGE) from exc
