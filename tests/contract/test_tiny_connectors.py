"""Good connectors pass the suite whole."""

from channelhub.sdk.testing import ConnectorContract
from tests.contract.pushed import PushRig


class TestPushed(ConnectorContract):
    rig = PushRig
