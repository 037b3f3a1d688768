"""What a shell completes, asked in click's protocol, and by bash itself."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.executable import EXECUTABLE, called

ACCOUNTS = "[accounts.mail]\nkind = 'smtp'\n[accounts.'mail-shop']\nkind = 'nonsense'\n[accounts.bot]\n"


def completed(line: str, *, folder: Path, shell: str = "bash") -> list[str]:
    """What is offered for the last word of a line."""
    words = line.split(" ")
    last = words[-1] if shell == "fish" else str(len(words) - 1)
    environ = {"_CHANNELHUB_COMPLETE": f"{shell}_complete", "COMP_WORDS": line, "COMP_CWORD": last}
    done = called(folder=folder, environ=environ)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("channelhub ta", ["plain,tail"]),
        ("channelhub outages conf", ["plain,confirm"]),
        ("channelhub tail --since 1h --cust", ["plain,--customer"]),
        ("channelhub tail --type connector.", ["plain,connector.down", "plain,connector.up"]),
        ("channelhub tail --account mail", ["plain,mail", "plain,mail-shop"]),
        ("channelhub completion f", ["plain,fish"]),
        ("channelhub nosuch x", []),
        ("channelhub outages show ", []),
    ],
)
def test_commands_options_and_values_are_offered(tmp_path: Path, line: str, offered: list[str]) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "channelhub.toml").write_text(ACCOUNTS)

    assert completed(line, folder=tmp_path) == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_is_told_how_to_ask(tmp_path: Path, shell: str) -> None:
    script = called("completion", shell, folder=tmp_path).stdout

    assert f"_CHANNELHUB_COMPLETE={shell}_complete" in script
    assert "tail" in " ".join(completed("channelhub ta", folder=tmp_path, shell=shell))


@pytest.mark.slow
def test_bash_completes_a_word(tmp_path: Path) -> None:
    script = (
        "source <(channelhub completion bash)\nCOMP_WORDS=(channelhub outages di)\nCOMP_CWORD=2\n"
        '_channelhub_completion channelhub\necho "${COMPREPLY[@]}"\ncomplete -p channelhub\n'
    )
    environ = {**os.environ, "PATH": f"{EXECUTABLE.parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.stderr == ""
    assert done.stdout.splitlines() == ["dismiss", "complete -o nosort -F _channelhub_completion channelhub"]
