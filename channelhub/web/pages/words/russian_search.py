"""Russian words of the search page."""

from typing import Final

RUSSIAN_SEARCH: Final[dict[str, str]] = {
    "narrow": "Сузить поиск",
    "search_words": "Слова, имя, адрес или телефон",
    "search_kind": "Искать",
    "search_all": "Людей и сообщения",
    "sought_people": "Людей",
    "sought_messages": "Сообщения",
    "search_order": "Сообщения",
    "ordered_newest": "Сначала новейшие",
    "ordered_relevance": "Лучшие из 500 новейших",
    "search_channel": "Канал",
    "search_since": "С (UTC)",
    "search_until": "По (UTC)",
    "search_customer": "Только этот клиент",
    "nothing_here": "Среди этих сообщений ничего; может быть в более давних.",
}
