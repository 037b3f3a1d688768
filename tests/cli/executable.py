"""Runs the installed `channelhub` as a person would, or its commands here, where the process itself doesn't matter."""

import asyncio
import io
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
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
    """The same within this process: what `main` runs, with its output and exit code. It costs no start of Python.

    Inside an event loop the command has a thread of its own, for its own loop; it takes no signals there.
    """
    raw_out, raw_err = io.BytesIO(), io.BytesIO()
    out, err = (io.TextIOWrapper(raw, encoding="utf-8", write_through=True) for raw in (raw_out, raw_err))
    with (
        chdir(folder),
        patch.dict(os.environ, _environ(environ), clear=True),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        if _is_in_a_loop():
            with ThreadPoolExecutor(max_workers=1) as threads:
                code = threads.submit(_exit_code, args).result()
        else:
            code = _exit_code(args)
    return subprocess.CompletedProcess(args, code, raw_out.getvalue().decode(), raw_err.getvalue().decode())


def _exit_code(args: Sequence[str]) -> int:
    """The command's exit code. What completes a word for a shell ends the process itself."""
    try:
        return run(build(), args)
    except SystemExit as exc:
        return int(exc.code or 0)


def _is_in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _environ(more: Mapping[str, str] | None) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CHANNELHUB")}
    return {**clean, **(more or {})}
