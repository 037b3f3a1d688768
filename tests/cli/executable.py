"""Runs the installed `channelhub` as a person would."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

EXECUTABLE = Path(sys.executable).parent / "channelhub"


def channelhub(*args: str, folder: Path, environ: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command in `folder`, without this process's own configuration variables."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CHANNELHUB")}
    return subprocess.run(
        [str(EXECUTABLE), *args],
        cwd=folder,
        env={**clean, **(environ or {})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
