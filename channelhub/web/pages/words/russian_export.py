"""Personal data: the archive of a customer, erasures, in Russian."""

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
    "erase": "Стереть",
    "erase_confirm": "Введите один из адресов или имён клиента",
    "erase_hint": "Всё об этом клиенте исчезнет безвозвратно: сообщения, файлы, поиск, ожидающие ответы.",
    "erase_now": "Стереть навсегда",
    "erasures": "Стирания",
    "erasures_mean": "Квитанция говорит, когда и сколько стёрто, но не о ком.",
    "erasures_none": "Ещё никого не стирали.",
    "erasure_done": "завершено",
    "erasure_going_on": "идёт",
    "erasure_not_compact": "База велика и не переписана. Когда служба остановлена:",
}
