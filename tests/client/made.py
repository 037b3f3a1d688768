"""`python -m tests.client.made` writes the client's made modules, to be reviewed in the diff."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from channelhub.web import openapi
from channelhub.web.routes.table import API
from tests.client.calls_text import by_subject, subject_module, subjects_module
from tests.client.shapes_text import module

FOLDER = Path(__file__).parents[2] / "channelhub" / "client"


def document() -> dict[str, Any]:
    return openapi.document(API, server_url="http://127.0.0.1:8080")


def files() -> dict[Path, str]:
    """Each made module, formatted."""
    found = document()
    made = {FOLDER / "shapes.py": module(found["components"]["schemas"])}
    for subject, operations in by_subject(found).items():
        for folder, is_awaited in (("calls", False), ("async_calls", True)):
            made[FOLDER / folder / f"{subject}.py"] = subject_module(subject, operations, is_awaited=is_awaited)
    made[FOLDER / "calls" / "subjects.py"] = subjects_module(is_awaited=False)
    made[FOLDER / "async_calls" / "subjects.py"] = subjects_module(is_awaited=True)
    return {path: formatted(text) for path, text in made.items()}


def formatted(text: str) -> str:
    ruff = [sys.executable, "-m", "ruff", "format", "--quiet", "--stdin-filename", "channelhub/client/made.py", "-"]
    root = FOLDER.parents[1]
    return subprocess.run(ruff, input=text, capture_output=True, text=True, check=True, timeout=30, cwd=root).stdout


def main() -> None:
    for path, text in files().items():
        path.write_text(text)


if __name__ == "__main__":
    main()
