"""Which files go where is told before an answer is written, by every connector that refuses some."""

from importlib.metadata import entry_points
from typing import Any

import pytest

from channelhub.domain.outbound import OutgoingFile
from channelhub.plugins import GROUP, OUR_PACKAGE
from channelhub.sdk.contract import Plugin

MIB = 1024 * 1024
PLUGINS: dict[str, Plugin] = {
    entry.name: entry.load() for entry in entry_points(group=GROUP) if entry.value.startswith(f"{OUR_PACKAGE}.")
}
ANYTHING: Any = None  # a configuration that no rule below looks at


def file(size: int, content_type: str = "application/pdf") -> OutgoingFile:
    return OutgoingFile(filename="a.pdf", content_type=content_type, size=size, sha256="")


@pytest.mark.parametrize(
    ("kind", "key"), [("messenger", "page#comment"), ("vk", "wall-1_2#3"), ("bluesky", "dm:3kconvo")]
)
def test_where_no_files_go_none_is_taken(kind: str, key: str) -> None:
    rules = PLUGINS[kind].file_rules(ANYTHING, key)

    assert not rules.types
    assert rules.refusal([file(1)]) == rules.why_none != ""


@pytest.mark.parametrize(("kind", "most"), [("discord", 10 * MIB), ("vk", 50 * MIB), ("messenger", 25 * MIB)])
def test_the_channels_bound_is_told(kind: str, most: int) -> None:
    rules = PLUGINS[kind].file_rules(ANYTHING, "7")

    assert not rules.refusal([file(most)])
    assert f"larger than the {most // MIB} MiB" in rules.refusal([file(most + 1)])


@pytest.mark.parametrize("kind", sorted(name for name, one in PLUGINS.items() if one.manifest.can_send_files))
def test_every_channel_that_takes_files_takes_a_small_picture(kind: str) -> None:
    key = "at://did:plc:1/app.bsky.feed.post/1" if kind == "bluesky" else "7"  # there pictures go with posts only
    rules = PLUGINS[kind].file_rules(ANYTHING, key)

    assert not rules.refusal([file(1000, "image/png")])
