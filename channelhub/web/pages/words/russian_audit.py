"""Russian words of the audit's page."""

from typing import Final

RUSSIAN_AUDIT: Final[dict[str, str]] = {
    "audit": "Журнал действий",
    "audit_narrow": "Сузить журнал",
    "audit_actor": "Кто",
    "audit_action": "Что",
    "audit_customer": "Номер клиента",
    "audit_show": "Показать",
    "audit_when": "Когда",
    "audit_target": "С чем",
    "audit_detail": "Подробности",
    "audit_empty": "Ничего не сделано.",
}
