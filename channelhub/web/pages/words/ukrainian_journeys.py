"""What happens to customers elsewhere, in Ukrainian."""

from typing import Final

UKRAINIAN_JOURNEYS: Final[dict[str, str]] = {
    "journey_cart.abandoned": "Кошик покинуто",
    "journey_order.placed": "Замовлення оформлено",
    "journey_order.confirmed": "Замовлення підтверджено",
    "journey_order.changed": "Замовлення змінено",
    "journey_order.cancelled": "Замовлення скасовано",
    "journey_order.completed": "Замовлення виконано",
    "journey_payment.pending": "Оплату розпочато",
    "journey_payment.succeeded": "Оплачено",
    "journey_payment.failed": "Оплата не пройшла",
    "journey_payment.refunded": "Гроші повернено",
    "journey_payment.disputed": "Оплату оскаржено",
    "journey_warehouse.reserved": "Товар зарезервовано",
    "journey_warehouse.packed": "Посилку зібрано",
    "journey_warehouse.out_of_stock": "Немає на складі",
    "journey_delivery.shipped": "Відправлено",
    "journey_delivery.delayed": "Доставка затримується",
    "journey_delivery.ready_for_pickup": "Чекає на отримання",
    "journey_delivery.delivered": "Доставлено",
    "journey_delivery.failed": "Доставити не вдалося",
    "journey_return.requested": "Запит на повернення",
    "journey_return.received": "Повернення отримано",
    "journey_return.rejected": "У поверненні відмовлено",
    "journey_return.completed": "Повернення завершено",
    "journey_crm.registered": "Реєстрація",
    "journey_crm.profile_changed": "Профіль змінено",
    "journey_crm.subscribed": "Підписка оформлена",
    "journey_crm.unsubscribed": "Підписку скасовано",
    "journey_crm.called": "Ми телефонували",
}
