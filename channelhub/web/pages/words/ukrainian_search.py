"""Ukrainian words of the search page."""

from typing import Final

UKRAINIAN_SEARCH: Final[dict[str, str]] = {
    "narrow": "Звузити пошук",
    "search_words": "Слова, ім’я, адреса чи телефон",
    "search_kind": "Шукати",
    "search_all": "Людей і повідомлення",
    "sought_people": "Людей",
    "sought_messages": "Повідомлення",
    "search_order": "Повідомлення",
    "ordered_newest": "Спершу найновіші",
    "ordered_relevance": "Найкращі з 500 найновіших",
    "search_channel": "Канал",
    "search_since": "Від (UTC)",
    "search_until": "До (UTC)",
    "search_customer": "Лише цей клієнт",
    "nothing_here": "Серед цих повідомлень нічого; може бути в давніших.",
}
