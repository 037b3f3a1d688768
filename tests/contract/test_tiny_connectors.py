"""Good connectors pass the suite whole, both ways of receiving."""

from channelhub.sdk.testing import ConnectorContract, SenderContract
from tests.contract.pulled import PullRig
from tests.contract.pushed import PushRig


class TestPushed(ConnectorContract):
    rig = PushRig


class TestPulled(SenderContract):
    rig = PullRig
