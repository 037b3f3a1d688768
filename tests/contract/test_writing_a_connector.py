"""The guide's example is complete: written to files as it stands there, it passes the suite it inherits."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "writing-a-connector.md"
FILE = re.compile(r"^`(?P<path>[\w/.]+)`:\n\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
PACKAGE = "channelhub_chatline"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The guide's files in a folder."""
    for example in FILE.finditer(GUIDE.read_text(encoding="utf-8")):
        path = tmp_path / example["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(example["text"], encoding="utf-8")
    (tmp_path / PACKAGE / "__init__.py").touch()
    return tmp_path


def run_python(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": f"{project}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=project, env=environment, capture_output=True, text=True, timeout=60
    )


@pytest.mark.slow
def test_example_passes_the_suite(project: Path) -> None:
    outcome = run_python(
        project,
        "-m",
        "pytest",
        "-q",
        "-W",
        "error",
        "-o",
        "asyncio_default_fixture_loop_scope=function",
        "test_chatline.py",
    )

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "24 passed, 10 skipped" in outcome.stdout, "the guide says how many tests the suite brings: 34"


def test_example_is_found_by_its_entry_point(project: Path) -> None:
    declared = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    [(kind, value)] = declared["project"]["entry-points"]["channelhub.connectors"].items()
    entry = EntryPoint(name=kind, value=value, group="channelhub.connectors")
    outcome = run_python(
        project, "-c", f"import {entry.module} as m; print(m.{entry.attr}.manifest.kind, type(m.{entry.attr}).__name__)"
    )

    assert outcome.stdout.split() == [kind, "Plugin"], outcome.stderr


@pytest.mark.parametrize("tool", [("mypy", "--strict", PACKAGE), ("ruff", "check", PACKAGE)], ids=["mypy", "ruff"])
@pytest.mark.slow
def test_example_is_clean_by_the_rules_of_this_project(project: Path, tool: tuple[str, ...]) -> None:
    config = {"mypy": "--config-file", "ruff": "--config"}[tool[0]]
    outcome = run_python(project, "-m", *tool, config, str(ROOT / "pyproject.toml"))

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
