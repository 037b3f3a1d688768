"""Sends mails through `channelhub parse`, whose children have the limits of the running hub's: 2 s and 512 MiB each."""

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.connectors.email.goldens import COMMAND


def errors(mails: Mapping[str, Callable[[], bytes]], folder: Path) -> dict[str, str]:
    """Which of the mails could not be read, by name, and why. The folder is filled with them."""
    for number, make in enumerate(mails.values()):
        (folder / f"{number:03}.eml").write_bytes(make())
    run = subprocess.run((*COMMAND, str(folder)), capture_output=True, timeout=110, check=True)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(answers) == len(mails)
    return {name: one["error"] for name, one in zip(mails, answers, strict=True) if "error" in one}
