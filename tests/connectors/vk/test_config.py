"""Settings that can't work are told when they are read."""

from typing import Any

import pytest

from channelhub.domain.secrets import Secret
from connectors.vk.config import VkConfig


def made(**changes: Any) -> VkConfig:
    return VkConfig(**{"group_id": 1, "token": Secret("t"), **changes})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"token": Secret()}, "token is empty"),
        ({"mode": "webhook"}, "needs secret"),
        ({"secret": Secret("short")}, "8 to 50"),
        ({"secret": Secret("with-a-dash-in-it")}, "letters and digits"),
    ],
)
def test_faults_are_told(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        made(**changes)


def test_polling_needs_no_secret() -> None:
    assert made().mode == "polling"
