"""What the affected have in common is said with its lift and its certainty."""

import pytest

from channelhub.rules.outage.trait_phrasing import trait_in_words
from channelhub.rules.outage.traits import CommonTrait


def trait(**changes: float) -> CommonTrait:
    values = {"affected": 41, "affected_known": 43, "others": 60, "others_known": 500, "lift": 7.95, "p": 3e-31}
    return CommonTrait(name="payment_method", value="Apple Pay", **(values | changes))  # type: ignore[arg-type]


def test_share_lift_and_certainty_stand_in_one_sentence() -> None:
    assert trait_in_words(trait(), "en") == "payment method: Apple Pay — 41 of 43; usually 12 % (×8, p < 10⁻⁹)"
    assert trait_in_words(trait(), "ru") == "способ оплаты: Apple Pay — у 41 из 43; обычно 12 % (×8, p < 10⁻⁹)"
    assert trait_in_words(trait(), "uk") == "спосіб оплати: Apple Pay — у 41 з 43; зазвичай 12 % (×8, p < 10⁻⁹)"
    assert trait_in_words(trait(), "de") == trait_in_words(trait(), "en")


@pytest.mark.parametrize(
    ("p", "said"),
    [(0.004, "p = 0.004"), (0.001, "p = 0.001"), (2e-4, "p < 10⁻³"), (1e-12, "p < 10⁻⁹"), (0.0, "p < 10⁻⁹")],
)
def test_certainty_is_said_no_finer_than_anybody_needs(p: float, said: str) -> None:
    assert trait_in_words(trait(p=p), "en").endswith(f"{said})")


def test_small_shares_and_lifts_keep_a_decimal() -> None:
    assert "usually 0,4 %".replace(",", ".") in trait_in_words(trait(others=2), "en")
    assert "обычно 0,4 % (×2,3" in trait_in_words(trait(others=2, lift=2.26), "ru")
    assert "usually 0 %" in trait_in_words(trait(others=0), "en")
