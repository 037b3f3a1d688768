"""The planted outage: paying at the checkout fails. Many people's own words, no two alike."""

from typing import Final

REPORTS: Final[dict[str, tuple[str, ...]]] = {
    "ru": (
        "Не проходит оплата картой, пишет ошибка",
        "Третий раз пытаюсь оплатить, оплата не проходит",
        "Ошибка при оплате заказа {order}, карта рабочая",
        "Нажимаю оплатить, и страница оплаты зависает",
        "Карта не принимается, платеж отклонён, хотя деньги есть",
        "У вас сломалась оплата? Выдаёт ошибку после ввода карты",
        "Платёж не проходит ни с одной карты",
        "Оплата висит уже десять минут, что происходит",
    ),
    "uk": (
        "Не проходить оплата карткою, пише помилку",
        "Утретє пробую оплатити, оплата не проходить",
        "Помилка під час оплати замовлення {order}, картка робоча",
        "Тисну оплатити, а сторінка оплати зависає",
        "Картку не приймає, платіж відхилено, хоча гроші є",
        "У вас зламалася оплата? Після введення картки видає помилку",
        "Платіж не проходить з жодної картки",
        "Оплата висить уже десять хвилин, що відбувається",
    ),
    "en": (
        "Card payment fails with an error",
        "Tried to pay three times, the payment does not go through",
        "Payment error for {order}, my card is fine",
        "I press pay and the payment page hangs",
        "My card is declined at checkout, payment failed twice",
        "Is your payment broken? Error right after the card number",
        "No card works, every payment is rejected",
    ),
}
