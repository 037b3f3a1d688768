"""What installs and judges the project: pinned, hash-checked, without anybody's index, and runnable."""

import os
import re
import shutil
import subprocess
import tomllib

import pytest

from tests.architecture.sources import ROOT

LOCKS = sorted(path.stem for path in (ROOT / "requirements").glob("*.txt"))
PINNED = re.compile(r"^[a-z0-9][a-z0-9._-]*(\[[a-z0-9,-]+\])?==[^\s;]+( ; [^\\]+)?( \\)?$", re.I)


def requirements(name: str) -> list[str]:
    """Each requirement of a lock file with its options, in one line."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    joined = re.sub(r"\\\n\s*", "\\\\ ", text)
    return [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_pins_all_with_hashes_and_names_no_index(name: str) -> None:
    lines = requirements(name)
    unpinned = [line for line in lines if not PINNED.match(line.split("\\")[0].strip())]
    without_hash = [line for line in lines if not re.search(r"--hash=sha256:[0-9a-f]{64}", line)]
    text = (ROOT / "requirements" / f"{name}.txt").read_text()

    assert len(lines) > 1
    assert not unpinned
    assert not without_hash
    assert "index-url" not in text
    assert "find-links" not in text
    assert "://" not in text


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    wanted = {
        "runtime": project["project"]["dependencies"],
        "dev": [*project["project"]["dependencies"], *groups["test"], *groups["lint"]],
        "build": groups["build"],
    }
    for name, dependencies in wanted.items():
        locked = {re.split(r"[=\[ ]", line)[0].lower().replace("_", "-") for line in requirements(name)}
        missing = {re.split(r"[<>=\[ ]", one)[0].lower().replace("_", "-") for one in dependencies} - locked

        assert not missing, (name, missing)


def test_every_extra_has_its_lock_and_those_that_people_are_told_of_exist() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    told = {
        name: path
        for folder in ("channelhub", "connectors", "config", "docs")
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in (".py", ".md", ".toml")
        for name in re.findall(r"\bchannelhub\[([a-z0-9]+)\]", path.read_text())
    }

    assert set(LOCKS) - {"runtime", "dev", "build"} == set(extras)
    assert not {name: path for name, path in told.items() if name not in extras}
    assert len({tuple(sorted(one)) for one in extras.values()}) == len(extras), "two extras install the same"


def test_the_runtime_lock_is_part_of_the_other() -> None:
    def pins(name: str) -> set[str]:
        return {re.split(r"[ ;\\]", line)[0] for line in requirements(name)}

    assert pins("runtime") <= pins("dev")


def test_the_gate_is_a_script_that_bash_understands() -> None:
    gate = ROOT / ".ci/run"
    checked = subprocess.run(["bash", "-n", str(gate)], capture_output=True, text=True, check=False)

    assert os.access(gate, os.X_OK)
    assert gate.read_text().startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in gate.read_text()
    assert "make test" in gate.read_text()
    assert checked.returncode == 0, checked.stderr


@pytest.mark.skipif(shutil.which("make") is None and os.environ.get("CI") != "true", reason="make is not installed")
def test_make_help_lists_every_target_that_people_type() -> None:
    shown = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.M)) - {"help"}

    assert {"run", "test", "check", "lock", "wheel"} <= targets
    assert {"run", "test", "check", "lock"} <= set(re.findall(r"make ([a-z-]+)", shown))
