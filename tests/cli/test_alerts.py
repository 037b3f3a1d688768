"""`channelhub alerts` without a daemon: what it refuses and what it says."""

import json
from pathlib import Path

from tests.cli.executable import called

CONFIG = """
[hub]
state_dir = "state"
[alerts.everybody]
kind = "statuspage"
api_key = "k"
page_id = "p"
"""


def test_a_page_that_everybody_reads_is_tried_only_on_purpose(tmp_path: Path) -> None:
    (tmp_path / "channelhub.toml").write_text(CONFIG)
    careless = called("-c", "channelhub.toml", "alerts", "test", "everybody", folder=tmp_path)
    purposeful = called("-c", "channelhub.toml", "alerts", "test", "everybody", "--public", folder=tmp_path)

    assert careless.returncode == 64
    assert "--public" in careless.stderr
    assert "no daemon runs" in purposeful.stderr


def test_a_receivers_fault_is_told_by_check_config(tmp_path: Path) -> None:
    (tmp_path / "channelhub.toml").write_text(CONFIG.replace('page_id = "p"', "page = 3"))
    done = called("-c", "channelhub.toml", "check-config", folder=tmp_path)

    assert done.returncode == 78
    assert "alerts.everybody.page" in done.stderr + done.stdout


def test_a_template_that_cannot_be_used_is_told_by_check_config(tmp_path: Path) -> None:
    target = '[alerts.phone]\nkind = "ntfy"\ntopic = "x"\nevents = ["incident.*"]\n'
    (tmp_path / "channelhub.toml").write_text(f"{CONFIG}{target}")
    (tmp_path / "templates" / "events").mkdir(parents=True)
    (tmp_path / "templates" / "events" / "incident.opened.en.txt").write_text("{{ data.nubmer }}")
    done = called("-c", "channelhub.toml", "check-config", folder=tmp_path)

    assert done.returncode == 78
    assert "incident.opened.en.txt" in done.stderr
    assert "nubmer" in done.stderr


def test_help_names_what_there_is(tmp_path: Path) -> None:
    done = called("alerts", "--help", folder=tmp_path)

    assert done.returncode == 0
    assert all(word in done.stdout for word in ("list", "test", "retry"))
    assert json.dumps(done.stderr) == '""'
