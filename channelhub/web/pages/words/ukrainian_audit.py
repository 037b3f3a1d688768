"""Ukrainian words of the audit's page."""

from typing import Final

UKRAINIAN_AUDIT: Final[dict[str, str]] = {
    "audit": "Журнал дій",
    "audit_narrow": "Звузити журнал",
    "audit_actor": "Хто",
    "audit_action": "Що",
    "audit_customer": "Номер клієнта",
    "audit_show": "Показати",
    "audit_when": "Коли",
    "audit_target": "З чим",
    "audit_detail": "Подробиці",
    "audit_empty": "Нічого не зроблено.",
}
