"""The same in Ukrainian."""

from typing import Final

UKRAINIAN_FILES: Final[dict[str, str]] = {
    "last_try": "остання спроба",
    "fetch_again": "Отримати ще раз",
    "file_pending": "отримується",
    "file_refused": "не отримано",
    "file_failed": "отримати не вдалося",
    "file_stored": "є",
    "file_off": "отримання файлів було вимкнено",
    "file_unsupported": "цей вид акаунта не отримує файлів",
    "file_too-large": "завеликий",
    "file_type": "файли цього типу не приймаються",
    "file_host": "не за власною адресою каналу",
    "file_total": "уже отримано забагато",
    "file_expired": "канал більше його не має",
    "file_unreachable": "канал не відповідає",
    "file_unauthorized": "канал не приймає наш ключ",
    "file_damaged": "прийшов пошкодженим",
    "files_pending": "файли отримуються",
    "files_missing": "файлів бракує",
}
