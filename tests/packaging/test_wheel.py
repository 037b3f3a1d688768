"""The wheel as a user gets it: built, installed with the pinned requirements in a clean environment, and run."""

import os
import signal
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """
[hub]
state_dir = "state"
[http]
listen = "127.0.0.1:0"
[accounts.mail]
kind = "smtp"
listen = "127.0.0.1:0"
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment that holds the wheel and nothing of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=True)
    pip = [str(folder / "env/bin/pip"), "--disable-pip-version-check", "--quiet", "install"]
    _run([*pip, "--require-hashes", "-r", str(ROOT / "requirements/runtime.txt")], cwd=folder)
    _run([*pip, "--no-deps", str(wheel)], cwd=folder)
    return folder / "env/bin"


def _run(command: list[str], *, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command[0]} failed: {done.stderr[-2000:]}"
    return done.stdout


@pytest.mark.slow
def test_installs_from_the_pinned_requirements_and_knows_its_commands(installed: Path, tmp_path: Path) -> None:
    listed = _run([str(installed / "channelhub"), "connectors", "list", "--json"], cwd=tmp_path)

    assert {"api", "smtp", "telegram", "webform"} <= {
        kind for kind in ("api", "smtp", "telegram", "webform") if f'"{kind}"' in listed
    }
    assert '"failures": []' in listed


@pytest.mark.slow
def test_the_installed_daemon_starts_with_its_texts_pages_and_migrations(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "channelhub.toml").write_text(CONFIG)
    command = [str(installed / "channelhub"), "run", "-c", "channelhub.toml"]
    with subprocess.Popen(
        command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": ""}
    ) as daemon:
        assert daemon.stderr is not None
        seen = []
        for line in daemon.stderr:
            seen.append(line)
            if '"hub.ready"' in line:
                break
        daemon.send_signal(signal.SIGTERM)
        daemon.stderr.read()
        code = daemon.wait(timeout=30)

    assert any('"hub.ready"' in line for line in seen), "".join(seen)
    assert code == 0
    assert (tmp_path / "state/channelhub.db").is_file()
