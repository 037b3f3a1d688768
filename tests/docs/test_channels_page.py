"""docs/channels.md names every connector of this repository, and says what each can answer with."""

import re
from importlib.metadata import entry_points
from pathlib import Path

from channelhub.plugins import GROUP, OUR_PACKAGE
from channelhub.sdk.contract import Manifest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| \[`(\w+)`\]\(\.\./(\S+)\) \| (.+?) \| .+ \| (.+?) \|$", re.MULTILINE)


def _answers(manifest: Manifest) -> str:
    if manifest.can_send_files:
        return "text, files"
    return "text" if manifest.can_send else "no"


def test_the_page_names_every_connector_with_what_it_answers() -> None:
    rows = ROW.findall((ROOT / "docs/channels.md").read_text())
    ours = [entry.load() for entry in entry_points(group=GROUP) if entry.value.startswith(f"{OUR_PACKAGE}.")]
    manifests = [plugin.manifest for plugin in ours]

    assert {(kind, title, answers) for kind, _, title, answers in rows} == {
        (one.kind, one.title, _answers(one)) for one in manifests
    }
    assert all((ROOT / path).is_file() for _, path, _, _ in rows)
