"""Settings of a chat that can't work are told at once."""

import msgspec
import pytest

from channelhub.domain.secrets import Secret
from connectors.webchat.config import WebchatConfig


@pytest.mark.parametrize("origin", ["shop.example", "ftp://shop.example", "", "https://", "https://shop.example:x"])
def test_site_that_no_browser_would_name_is_refused(origin: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="allowed_origins"):
        msgspec.convert({"allowed_origins": [origin]}, WebchatConfig)


def test_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="identity_secret"):
        WebchatConfig(identity_secret=Secret("short"))


def test_sites_are_named_as_browsers_do() -> None:
    config = msgspec.convert({"allowed_origins": ["https://Shop.example:443", "*"]}, WebchatConfig)

    assert config.allowed_origins == ("https://Shop.example:443", "*")
