"""The suite that every connector inherits, ours and third parties': see docs/writing-a-connector.md."""

from channelhub.sdk.testing.contract import ConnectorContract, SenderContract
from channelhub.sdk.testing.hub import MemoryHub
from channelhub.sdk.testing.log import RecordingLog
from channelhub.sdk.testing.rig import Rig, SenderRig
from channelhub.sdk.testing.supervised import Running, running

__all__ = [
    "ConnectorContract",
    "MemoryHub",
    "RecordingLog",
    "Rig",
    "Running",
    "SenderContract",
    "SenderRig",
    "running",
]
