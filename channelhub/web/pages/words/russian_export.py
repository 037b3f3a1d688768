"""The archive of a customer's data, in Russian."""

from typing import Final

RUSSIAN_EXPORT: Final[dict[str, str]] = {
    "archive": "Экспорт персональных данных",
    "archive_of": "Всё, что хранится об этом клиенте, по состоянию на",
    "archive_files": "То же для программ: customer.json, timeline.jsonl,"
    " messages.jsonl, incidents.jsonl, outages.jsonl. "
    "В manifest.json перечислены все файлы, а также то, чего в архиве нет, и почему.",
    "archive_segment": "Сегмент",
    "archive_ours": "мы написали",
    "archive_theirs": "клиент написал",
    "archive_earlier": "Прежняя версия от",
    "personal_data": "Персональные данные",
    "export": "Экспорт",
    "export_hint": "Всё, что хранится об этом клиенте, одним архивом",
}
