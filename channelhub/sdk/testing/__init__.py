"""The suite that every connector inherits, ours and third parties': see docs/writing-a-connector.md."""

from channelhub.sdk.testing.cases import ASKING, FILES, HTTP_ONLY, PROOFS, SENDING, Case, because
from channelhub.sdk.testing.contract import ConnectorContract, SenderContract
from channelhub.sdk.testing.faults import BadDay, Fault
from channelhub.sdk.testing.hub import MemoryHub
from channelhub.sdk.testing.line import LineProxy
from channelhub.sdk.testing.log import RecordingLog
from channelhub.sdk.testing.posting import CALLED, NO_FILES, NO_SIGNATURE, NO_TIME, NO_VERSIONS, PostingRig
from channelhub.sdk.testing.rig import Proof, Rig, SenderRig
from channelhub.sdk.testing.supervised import Running, running
from channelhub.sdk.testing.vendor import VendorServer

__all__ = [
    "ASKING",
    "CALLED",
    "FILES",
    "HTTP_ONLY",
    "NO_FILES",
    "NO_SIGNATURE",
    "NO_TIME",
    "NO_VERSIONS",
    "PROOFS",
    "SENDING",
    "BadDay",
    "Case",
    "ConnectorContract",
    "Fault",
    "LineProxy",
    "MemoryHub",
    "PostingRig",
    "Proof",
    "RecordingLog",
    "Rig",
    "Running",
    "SenderContract",
    "SenderRig",
    "VendorServer",
    "because",
    "running",
]
