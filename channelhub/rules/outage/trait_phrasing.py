"""What the affected have in common, as a sentence in Russian, Ukrainian or English."""

from collections.abc import Mapping
from math import floor, log10
from typing import Final

from channelhub.content.plurals import amount
from channelhub.rules.outage.traits import CommonTrait

_SENTENCES: Final[Mapping[str, str]] = {
    "en": "{name}: {value} — {some} of {known}; usually {usual} (×{lift}, {p})",
    "uk": "{name}: {value} — у {some} з {known}; зазвичай {usual} (×{lift}, {p})",
    "ru": "{name}: {value} — у {some} из {known}; обычно {usual} (×{lift}, {p})",
}
_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "channel": "channel", "account": "account", "language": "language", "city": "city", "segment": "segment",
        "app_version": "app version", "payment_method": "payment method",
        "last_order": "last of the order", "last_payment": "last of the payment",
        "last_delivery": "last of the delivery", "last_return": "last of the return",
    },
    "uk": {
        "channel": "канал", "account": "обліковий запис", "language": "мова", "city": "місто", "segment": "сегмент",
        "app_version": "версія застосунку", "payment_method": "спосіб оплати",
        "last_order": "останнє із замовленням", "last_payment": "останнє з оплатою",
        "last_delivery": "останнє з доставкою", "last_return": "останнє з поверненням",
    },
    "ru": {
        "channel": "канал", "account": "учётная запись", "language": "язык", "city": "город", "segment": "сегмент",
        "app_version": "версия приложения", "payment_method": "способ оплаты",
        "last_order": "последнее с заказом", "last_payment": "последнее с оплатой",
        "last_delivery": "последнее с доставкой", "last_return": "последнее с возвратом",
    },
}  # fmt: skip
_SMALLEST_POWER: Final = 9  # p < 10⁻⁹ is as certain as anybody asks for
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def trait_in_words(trait: CommonTrait, language: str) -> str:
    """`payment method: Apple Pay — 41 of 43; usually 12 % (×8, p < 10⁻⁹)`; other languages are answered in English."""
    spoken = language if language in _SENTENCES else "en"
    return _SENTENCES[spoken].format(
        name=_NAMES[spoken].get(trait.name, trait.name),
        value=trait.value,
        some=trait.affected,
        known=trait.affected_known,
        usual=_percent(trait.others / trait.others_known, spoken),
        lift=amount(spoken, trait.lift, digits=0 if trait.lift >= 3 else 1),
        p=_chance(trait.p, spoken),
    )


def _percent(share: float, language: str) -> str:
    percent = 100 * share
    return f"{amount(language, percent, digits=0 if percent >= 10 or percent == 0 else 1)} %"


def _chance(p: float, language: str) -> str:
    if p >= 0.001:
        return f"p = {amount(language, p, digits=3)}"
    power = min(_SMALLEST_POWER, floor(-log10(p))) if p > 0 else _SMALLEST_POWER
    return f"p < 10⁻{str(power).translate(_RAISED)}"
