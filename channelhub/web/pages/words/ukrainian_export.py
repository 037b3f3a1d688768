"""The archive of a customer's data, in Ukrainian."""

from typing import Final

UKRAINIAN_EXPORT: Final[dict[str, str]] = {
    "archive": "Експорт персональних даних",
    "archive_of": "Усе, що зберігається про цього клієнта, станом на",
    "archive_files": "Те саме для програм: customer.json, timeline.jsonl,"
    " messages.jsonl, incidents.jsonl, outages.jsonl. "
    "У manifest.json перелічено всі файли, а також те, чого в архіві немає, і чому.",
    "archive_segment": "Сегмент",
    "archive_ours": "ми написали",
    "archive_theirs": "клієнт написав",
    "archive_earlier": "Попередня версія від",
    "personal_data": "Персональні дані",
    "export": "Експорт",
    "export_hint": "Усе, що зберігається про цього клієнта, одним архівом",
}
