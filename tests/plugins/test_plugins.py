"""Finding connectors by their entry points."""

import importlib.metadata
import sys
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from channelhub.plugins import GROUP, PluginFailure, PluginsRefused, account_models, discover
from connectors.api.config import ApiConfig
from connectors.api.plugin import plugin as api

foreign = replace(api, manifest=replace(api.manifest, kind="foreign"))
old = replace(api, manifest=replace(api.manifest, kind="old", contract=0))
no_plugin = "a text"


def entry(name: str, value: str) -> EntryPoint:
    return EntryPoint(name=name, value=value, group=GROUP)


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "connectors_under_test", sys.modules[__name__])


def test_the_installed_connectors_are_found() -> None:
    failures: list[PluginFailure] = []

    plugins = discover(report=failures.append)

    assert {"api", "smtp", "telegram", "webform"} <= set(plugins)
    assert failures == []
    assert account_models(plugins)["api"] is ApiConfig


def test_one_that_cannot_be_used_is_reported_and_the_others_are_found() -> None:
    failures: list[PluginFailure] = []

    plugins = discover(
        report=failures.append,
        entries=[
            entry("broken", "no_such_package:plugin"),
            entry("foreign", "connectors_under_test:foreign"),
            entry("misnamed", "connectors_under_test:foreign"),
            entry("old", "connectors_under_test:old"),
            entry("text", "connectors_under_test:no_plugin"),
        ],
    )

    assert plugins == {"foreign": foreign}
    assert [failure.kind for failure in failures] == ["broken", "misnamed", "old", "text"]
    assert "No module named 'no_such_package'" in failures[0].reason
    assert "contract 0" in failures[2].reason


def test_two_claims_to_one_kind_are_refused() -> None:
    with pytest.raises(PluginsRefused, match="the kind foreign: a:plugin and b:plugin"):
        discover(entries=[entry("foreign", "a:plugin"), entry("foreign", "b:plugin")])


def test_the_same_claim_seen_twice_is_one() -> None:
    twice = [entry("foreign", "connectors_under_test:foreign")] * 2

    assert discover(entries=twice) == {"foreign": foreign}


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("top_level.txt", "shelves\nconnectors\n"),
        ("RECORD", "shelves/__init__.py,,\nconnectors/__init__.py,,\n"),
        ("RECORD", "connectors.py,,\n"),
    ],
)
def test_another_package_named_connectors_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, content: str
) -> None:
    info = tmp_path / "warehouse-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: warehouse\nVersion: 1.0\n")
    (info / file).write_text(content)
    monkeypatch.syspath_prepend(str(tmp_path))

    assert "warehouse" in importlib.metadata.packages_distributions()["connectors"]
    with pytest.raises(PluginsRefused, match="warehouse also installed a package named connectors"):
        discover()


@pytest.mark.parametrize("record", ["my/connectors/__init__.py,,\n", "connectors_more/__init__.py,,\n"])
def test_a_package_of_another_name_is_not_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: str) -> None:
    info = tmp_path / "warehouse-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: warehouse\nVersion: 1.0\n")
    (info / "RECORD").write_text(record)
    monkeypatch.syspath_prepend(str(tmp_path))

    assert "telegram" in discover()
