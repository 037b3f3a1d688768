from datetime import UTC, datetime

import pytest

from channelhub.sdk.webhooks import NotASecret, read_secret, signed_headers


def test_signs_as_the_specifications_own_example() -> None:
    """The vector that the libraries of Standard Webhooks are tested with."""
    headers = signed_headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        key=read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        at=datetime.fromtimestamp(1614265330, UTC),
    )

    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize(
    "text", ["", "whsec_", "whsec_%%%", "whsec_" + "A" * 31, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_ж"]
)
def test_refuses_what_is_no_secret_without_showing_it(text: str) -> None:
    with pytest.raises(NotASecret) as caught:
        read_secret(text)

    assert text.removeprefix("whsec_") not in str(caught.value) or text in ("", "whsec_")
