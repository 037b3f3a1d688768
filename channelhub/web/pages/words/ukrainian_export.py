"""Personal data: the archive of a customer, erasures, in Ukrainian."""

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
    "erase": "Стерти",
    "erase_confirm": "Введіть одну з адрес або імен клієнта",
    "erase_hint": "Усе про цього клієнта зникне без вороття: повідомлення, файли, пошук, відповіді, що чекають.",
    "erase_now": "Стерти назавжди",
    "erasures": "Стирання",
    "erasures_mean": "Квитанція каже, коли і скільки стерто, але не про кого.",
    "erasures_none": "Ще нікого не стирали.",
    "erasure_done": "завершено",
    "erasure_going_on": "триває",
    "erasure_not_compact": "База велика, її не переписано. Коли службу зупинено:",
}
