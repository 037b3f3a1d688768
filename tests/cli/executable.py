"""Runs the installed `channelhub` as a person would, or its commands here, where the process itself doesn't matter."""

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from channelhub.cli.frame import build, run

EXECUTABLE = Path(sys.executable).parent / "channelhub"


def channelhub(*args: str, folder: Path, environ: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command in `folder`, without this process's own configuration variables."""
    return subprocess.run(
        [str(EXECUTABLE), *args],
        cwd=folder,
        env=_environ(environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def called(*args: str, folder: Path, environ: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The same within this process: what `main` runs, with its output and exit code. Not inside an event loop."""
    out, err = io.StringIO(), io.StringIO()
    with (
        chdir(folder),
        patch.dict(os.environ, _environ(environ), clear=True),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = run(build(), args)
    return subprocess.CompletedProcess(args, code, out.getvalue(), err.getvalue())


def _environ(more: Mapping[str, str] | None) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CHANNELHUB")}
    return {**clean, **(more or {})}
