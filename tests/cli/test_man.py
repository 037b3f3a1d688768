"""The manual page holds every command, and groff has nothing to complain of."""

import os
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from channelhub.cli.man import page
from channelhub.cli.table import COMMANDS
from tests.cli.executable import called


def shown(lines: list[str]) -> str:
    """What a person reads, the warnings of groff first."""
    command = ["groff", "-man", "-ww", "-Tutf8", "-P-c", "-rLL=120n"]
    done = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, timeout=60, check=False)
    return done.stderr + done.stdout


def test_every_command_and_option_is_on_the_page(tmp_path: Path) -> None:
    done = called("man", folder=tmp_path)

    assert done.returncode == 0
    assert done.stdout.isascii()
    assert [name for name in COMMANDS if f".SS channelhub {name}\n".replace("-", r"\-") not in done.stdout] == []
    assert all(
        line in done.stdout for line in (".SS channelhub outages merge\n", ".B \\-\\-since TEXT\n", ".SH EXIT STATUS")
    )


@click.group(help="Try it.\n\n.so /etc/passwd\n\n'quoted \\fBback\\slash — 5-6\n\n\b\nas  it\n  stands", epilog="")
def hostile() -> None: ...


@pytest.mark.skipif(shutil.which("groff") is None and os.environ.get("CI") != "true", reason="groff isn't installed")
def test_groff_prints_texts_as_they_are(tmp_path: Path) -> None:
    ours = shown(called("man", folder=tmp_path).stdout.splitlines())
    theirs = shown(list(page(hostile, "1.0")))

    assert "warning" not in ours
    assert ours.startswith("CHANNELHUB(1)")
    assert "warning" not in theirs
    assert all(line in theirs for line in (".so /etc/passwd", "'quoted \\fBback\\slash — 5-6", "as  it\n"))
