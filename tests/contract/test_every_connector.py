"""No connector of this repository goes without the suite."""

import importlib
import inspect
from importlib.metadata import entry_points
from pathlib import Path

from channelhub.plugins import GROUP, OUR_PACKAGE
from channelhub.sdk.testing import ConnectorContract, Rig


def test_every_installed_connector_inherits_the_suite() -> None:
    ours = {entry.name for entry in entry_points(group=GROUP) if entry.value.startswith(f"{OUR_PACKAGE}.")}
    tested = {
        suite.rig.plugin.manifest.kind
        for path in Path(__file__).parent.glob("test_*.py")
        for _, suite in inspect.getmembers(importlib.import_module(f"tests.contract.{path.stem}"), inspect.isclass)
        if suite.__module__.endswith(path.stem) and issubclass(suite, ConnectorContract)
        if inspect.isclass(suite.rig) and issubclass(suite.rig, Rig)
    }

    assert ours
    assert not ours - tested, "a connector without a contract suite: inherit ConnectorContract in tests/contract"
