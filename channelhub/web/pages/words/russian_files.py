"""The same in Russian."""

from typing import Final

RUSSIAN_FILES: Final[dict[str, str]] = {
    "last_try": "последняя попытка",
    "fetch_again": "Получить ещё раз",
    "file_pending": "загружается",
    "file_refused": "не загружен",
    "file_failed": "загрузить не удалось",
    "file_stored": "есть",
    "file_off": "загрузка файлов была выключена",
    "file_unsupported": "этот вид аккаунта не загружает файлы",
    "file_too-large": "слишком большой",
    "file_type": "файлы этого типа не принимаются",
    "file_host": "не по собственному адресу канала",
    "file_total": "уже загружено слишком много",
    "file_expired": "у канала его больше нет",
    "file_unreachable": "канал не отвечает",
    "file_unauthorized": "канал не принимает наш ключ",
    "file_damaged": "пришёл повреждённым",
    "files_pending": "файлы загружаются",
    "files_missing": "файлов не хватает",
}
