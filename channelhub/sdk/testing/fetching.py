"""Files that messages only name: fetched whole from the channel's own hosts, and from nowhere else."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import ClassVar, cast

import pytest

from channelhub.sdk.errors import ConnectorError
from channelhub.sdk.media import MediaRefused, MediaSource
from channelhub.sdk.testing.cases import Case, playing
from channelhub.sdk.testing.hub import MemoryHub
from channelhub.sdk.testing.rig import Rig
from channelhub.sdk.testing.trap import trap_host

CONTENT = bytes(range(256)) * 40


class FetchingContract:
    """See ConnectorContract."""

    rig: ClassVar[Callable[[], AbstractAsyncContextManager[Rig]]]

    @pytest.mark.asyncio
    async def test_file_is_fetched_whole_and_within_its_bound(self) -> None:
        async with playing(type(self).rig(), Case.FILE) as rig, MemoryHub() as hub:
            file = await rig.keep_file(CONTENT)
            source, hosts = await _source(rig, hub), rig.plugin.media_hosts(rig.config())

            assert await hub.download(source, file, hosts) == CONTENT, "other bytes than the channel has"
            with pytest.raises(MediaRefused):
                await hub.download(source, file, hosts, max_bytes=len(CONTENT) - 1)

    @pytest.mark.asyncio
    async def test_file_at_another_host_is_not_fetched(self) -> None:
        async with (
            trap_host() as trap,
            playing(type(self).rig(), Case.FILE_ELSEWHERE) as rig,
            MemoryHub() as hub,
        ):
            file = await rig.name_file_at(trap.url)
            source, hosts = await _source(rig, hub), rig.plugin.media_hosts(rig.config())
            with pytest.raises(ConnectorError):
                await hub.download(source, file, hosts)

            assert not trap.visits, "a host was asked that isn't the channel's: it may lie inside our network"

    @pytest.mark.asyncio
    async def test_plays_files_if_it_has_them_fetched(self) -> None:
        async with type(self).rig() as rig:
            has_hosts = bool(rig.plugin.media_hosts(rig.config()))
            lacking = {Case.FILE, Case.FILE_ELSEWHERE} & rig.not_applicable.keys()

        assert not (has_hosts and lacking), f"the plugin has media_hosts: {', '.join(sorted(lacking))} can happen"


async def _source(rig: Rig, hub: MemoryHub) -> MediaSource:
    connector = await rig.build(hub)
    assert hasattr(connector, "media"), "the plugin has media_hosts, and the connector has no media()"
    return cast("MediaSource", connector)
