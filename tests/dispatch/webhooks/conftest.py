import pytest

from channelhub.dispatch.webhooks import sender
from channelhub.pipeline import webhooking


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again soon: what is slow here is only how often the stages look."""
    for stage in (sender, webhooking):
        monkeypatch.setattr(stage, "LOOK_AGAIN_S", 0.05)
    monkeypatch.setattr(webhooking, "PAUSE_S", 0.0)
