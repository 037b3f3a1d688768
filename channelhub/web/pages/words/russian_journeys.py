"""What happens to customers elsewhere, in Russian."""

from typing import Final

RUSSIAN_JOURNEYS: Final[dict[str, str]] = {
    "journey_cart.abandoned": "Корзина брошена",
    "journey_order.placed": "Заказ оформлен",
    "journey_order.confirmed": "Заказ подтверждён",
    "journey_order.changed": "Заказ изменён",
    "journey_order.cancelled": "Заказ отменён",
    "journey_order.completed": "Заказ выполнен",
    "journey_payment.pending": "Оплата начата",
    "journey_payment.succeeded": "Оплачено",
    "journey_payment.failed": "Оплата не прошла",
    "journey_payment.refunded": "Деньги возвращены",
    "journey_payment.disputed": "Оплата оспорена",
    "journey_warehouse.reserved": "Товар зарезервирован",
    "journey_warehouse.packed": "Посылка собрана",
    "journey_warehouse.out_of_stock": "Нет на складе",
    "journey_delivery.shipped": "Отправлено",
    "journey_delivery.delayed": "Доставка задерживается",
    "journey_delivery.ready_for_pickup": "Ждёт получения",
    "journey_delivery.delivered": "Доставлено",
    "journey_delivery.failed": "Доставить не удалось",
    "journey_return.requested": "Запрос на возврат",
    "journey_return.received": "Возврат получен",
    "journey_return.rejected": "В возврате отказано",
    "journey_return.completed": "Возврат завершён",
    "journey_crm.registered": "Регистрация",
    "journey_crm.profile_changed": "Профиль изменён",
    "journey_crm.subscribed": "Подписка оформлена",
    "journey_crm.unsubscribed": "Подписка отменена",
    "journey_crm.called": "Мы звонили",
}
