"""The dashboard and the alert rules ask for what the hub measures."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from channelhub.app.figures import count
from channelhub.telemetry.metrics import Metrics
from tests.pipeline.workshop import workshop

ROOT = Path(__file__).parents[2]
RULES = ROOT / "config" / "prometheus" / "alerts.yml"
DASHBOARD = ROOT / "config" / "grafana" / "channelhub.json"
OF_PROMETHEUS = {"instance", "job"}
SELECTOR = re.compile(r"\b(channelhub_[a-z_]+|process_[a-z_]+)\b(?:\{([^}]*)\})?")
MATCHER = re.compile(r'([a-z_]+)\s*(=|!=|=~|!~)\s*"([^"]*)"')

needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed (prometheus)")


@pytest.fixture
async def measured(tmp_path: Path) -> dict[str, dict[str, set[str]]]:
    """What `/metrics` shows of a hub at work: name → label → values."""
    metrics = Metrics()
    metrics.intake.stored("mail", new=1, duplicates=1, ack_s=0.01, at_s=1.0)
    metrics.intake.refused("mail")
    metrics.account_up("mail", True)
    metrics.gap("mail", 0)
    metrics.parse_failed("timeout")
    metrics.loop_lag(0.1)
    metrics.webhook_attempt("delivered", 0.1, 0.2)
    async with workshop(tmp_path) as shop:
        await count(shop.store, metrics)
    found: dict[str, dict[str, set[str]]] = {}
    for family in text_string_to_metric_families(metrics.text().decode()):
        for sample in family.samples:
            labels = found.setdefault(sample.name, {})
            for name, value in sample.labels.items():
                labels.setdefault(name, set()).add(value)
    return found


def panels() -> list[dict[str, Any]]:
    return list(json.loads(DASHBOARD.read_text())["panels"])


def expressions() -> list[str]:
    """What the dashboard asks for, its variables filled in."""
    asked = [target["expr"] for panel in panels() for target in panel.get("targets", ())]
    return [one.replace("$__rate_interval", "5m").replace("$instance", ".+") for one in asked]


def faults(text: str, measured: dict[str, dict[str, set[str]]]) -> Iterator[str]:
    """Names, labels and values in a text that the hub doesn't have."""
    for name, inside in SELECTOR.findall(text):
        if name not in measured:
            yield f"no metric {name}"
            continue
        for label, operator, value in MATCHER.findall(inside):
            if label not in measured[name] and label not in OF_PROMETHEUS:
                yield f"{name} has no label {label}"
            elif label not in OF_PROMETHEUS and operator in ("=", "!=") and value not in measured[name][label]:
                yield f"{name} has no {label} {value}"


async def test_every_metric_label_and_value_that_is_asked_for_exists(
    measured: dict[str, dict[str, set[str]]],
) -> None:
    rules = "\n".join(line for line in RULES.read_text().splitlines() if not line.lstrip().startswith("#"))
    variables = json.dumps(json.loads(DASHBOARD.read_text())["templating"])

    assert list(faults("\n".join([rules, variables, *expressions()]), measured)) == []
    assert len(SELECTOR.findall(rules)) >= 10
    assert list(faults('channelhub_queue_depth{queue="x"} channelhub_gone', measured)) == [
        "channelhub_queue_depth has no queue x",
        "no metric channelhub_gone",
    ]


def test_panels_say_what_they_show_and_do_not_overlap() -> None:
    taken = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }

        assert not taken & cells
        assert panel["type"] == "row" or panel["description"].endswith(".")
        assert place["x"] + place["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in panels()}) == len(panels())


@pytest.mark.slow
@needs_promtool
def test_the_alerts_come_when_they_should_and_only_then(tmp_path: Path) -> None:
    shutil.copy(RULES, tmp_path)
    shutil.copy(Path(__file__).parent / "watching.test.yml", tmp_path)
    checked = subprocess.run(["promtool", "check", "rules", RULES.name], cwd=tmp_path, capture_output=True, text=True)
    tried = subprocess.run(
        ["promtool", "test", "rules", "watching.test.yml"], cwd=tmp_path, capture_output=True, text=True
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert tried.returncode == 0, tried.stdout + tried.stderr


@pytest.mark.slow
@needs_promtool
def test_prometheus_understands_what_the_dashboard_asks(tmp_path: Path) -> None:
    rules = [{"record": f"asked:{number}", "expr": expr} for number, expr in enumerate(expressions())]
    (tmp_path / "asked.yml").write_text(json.dumps({"groups": [{"name": "asked", "rules": rules}]}))
    done = subprocess.run(["promtool", "check", "rules", "asked.yml"], cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    assert len(rules) > 15
