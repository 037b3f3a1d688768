"""The lmtp connector keeps the contract: our own mail server hands us mail, and a relay takes our answers."""

from channelhub.sdk.testing import SenderContract
from connectors.email.config import LmtpConfig
from connectors.email.plugin import lmtp
from tests.contract.test_smtp import MailRig


class LmtpRig(MailRig):
    """The same mail server, speaking LMTP."""

    plugin = lmtp
    config = LmtpConfig
    hello = "LHLO"


class TestLmtp(SenderContract):
    rig = LmtpRig
