"""The connector of telephone systems keeps the contract."""

import json
from collections.abc import Sequence

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import (
    CALLED,
    NO_FILES,
    NO_SIGNATURE,
    NO_TIME,
    NO_VERSIONS,
    ConnectorContract,
    PostingRig,
)
from connectors.calls.config import CallsConfig
from connectors.calls.plugin import plugin
from connectors.calls.receive import MAX_BODY_BYTES
from tests.connectors.calls import vectors as v


class CallsRig(PostingRig):
    plugin = plugin
    customer = (v.CALLER,)
    secrets = (v.SECRET,)
    proof_headers = ("Authorization",)
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = CALLED | NO_FILES | NO_VERSIONS | NO_SIGNATURE | NO_TIME

    def config(self) -> CallsConfig:
        return CallsConfig(provider="generic", secret=Secret(v.SECRET))

    def headers(self, body: bytes) -> dict[str, str]:
        return {"Authorization": f"Bearer {v.SECRET}", "Content-Type": "application/json"}

    def body(self, number: int, text: str) -> bytes:
        """What a caller left on the answering machine."""
        return json.dumps(v.VOICEMAIL | {"callId": f"c{number}", "transcript": text}).encode()

    def unknown(self) -> bytes:
        return json.dumps(v.HOLOGRAM).encode()

    def vectors(self) -> Sequence[RawMessage]:
        every = (v.NEW_CALL, v.ANSWER, v.HANGUP, v.MISSED, v.VOICEMAIL, v.RECORDING, v.HIDDEN, v.OUTGOING, v.HOLOGRAM)
        return [
            RawMessage(
                account=self.account,
                delivery_id=f"d{number}",
                body=json.dumps(document).encode(),
                content_type="application/json",
                envelope=Envelope(extra={"provider": "generic"}),
            )
            for number, document in enumerate(every)
        ]


class TestCalls(ConnectorContract):
    rig = CallsRig
