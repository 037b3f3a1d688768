"""Imports point down the layers, and a process loads what its work needs and no more."""

import subprocess
import sys
import tomllib
from typing import Any

import pytest
from importlinter import api
from importlinter.application import use_cases

from tests.architecture.sources import ROOT

CONFIGURATION = ROOT / "pyproject.toml"


def contracts() -> dict[str, dict[str, Any]]:
    options = api.read_configuration(str(CONFIGURATION))["contracts_options"]
    return {contract["name"]: contract for contract in options}


def test_the_import_contracts_hold(capsys: pytest.CaptureFixture[str]) -> None:
    holds = use_cases.lint_imports(config_filename=str(CONFIGURATION), cache_dir=None, no_logo=True)

    assert holds, capsys.readouterr().out


def test_every_package_has_its_layer() -> None:
    listed = " | ".join(contracts()["layers"]["layers"])
    packages = {path.name for path in (ROOT / "channelhub").iterdir() if (path / "__init__.py").exists()}
    modules = {path.stem for path in (ROOT / "channelhub").glob("*.py")} - {"__init__", "__main__"}

    assert {name.strip().removeprefix("channelhub.") for name in listed.split("|")} == packages | modules


def test_every_connector_is_kept_apart_from_the_others() -> None:
    folders = {f"connectors.{path.parent.name}" for path in (ROOT / "connectors").glob("*/__init__.py")}

    assert set(contracts()["connectors do not know each other"]["modules"]) == folders


def test_every_connector_has_its_entry_point_and_its_page() -> None:
    entries = tomllib.loads(CONFIGURATION.read_text())["project"]["entry-points"]["channelhub.connectors"]
    named = {target.split(".")[1] for target in entries.values()}
    folders = {path.parent.name for path in (ROOT / "connectors").glob("*/__init__.py")}

    assert named == folders
    assert all((ROOT / "connectors" / name / "README.md").exists() for name in folders)


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after `code`."""
    ran = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint('\\n'.join(sys.modules))"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=ROOT,
    )
    return set(ran.stdout.split())


def under(modules: set[str], *names: str) -> set[str]:
    return {module for module in modules if any(f"{module}.".startswith(f"{name}.") for name in names)}


@pytest.mark.slow
def test_a_parser_child_has_no_database_and_no_server_of_ours() -> None:
    """What decodes strangers' bytes holds nothing that could reach the messages of others."""
    modules = loaded_by(
        "from channelhub.pipeline import parser_child\nfrom channelhub.plugins import discover\n"
        "plugins = discover()\nfor kind in list(plugins): plugins[kind]"
    )

    assert under(modules, "connectors")
    assert not under(modules, "sqlite3", "aiosqlite", "uvloop", "prometheus_client", "argon2")
    assert not under(
        modules, *(f"channelhub.{layer}" for layer in ("store", "web", "app", "dispatch", "ingest", "cli"))
    )


@pytest.mark.slow
def test_what_looks_up_no_word_stems_none_while_it_starts() -> None:
    """A table of stems costs more than all else that a command imports: most commands need none."""
    modules = loaded_by(
        "from channelhub.cli import doctor\n"
        "from channelhub.content.stems import stem\nassert not stem.cache_info().misses"
    )

    assert under(modules, "channelhub.content.lexicon", "channelhub.content.romanized")


@pytest.mark.parametrize("layer", ["domain", "content", "rules"])
def test_pure_layers_load_no_io(layer: str) -> None:
    packages = sorted((ROOT / "channelhub" / layer).rglob("*.py"))
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in packages]
    modules = loaded_by("\n".join(f"import {name}" for name in names))

    assert not under(
        modules, "aiohttp", "aiosqlite", "sqlite3", "asyncio", "structlog", "channelhub.store", "channelhub.sdk"
    )


def test_the_client_loads_nothing_of_the_hub_and_no_framework() -> None:
    """A program that imports it starts as fast as without it."""
    modules = loaded_by("import channelhub.client")
    ours = {name for name in under(modules, "channelhub") if not name.startswith("channelhub.client")}

    assert ours == {"channelhub"}
    assert not under(modules, "aiohttp", "asyncio", "msgspec", "click", "rich")
