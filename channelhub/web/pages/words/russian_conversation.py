"""Conversations: what entries unfold, answers, notes, in Russian. `forms_…` are the forms of counted things."""

from typing import Final

RUSSIAN_CONVERSATION: Final[dict[str, str]] = {
    "forms_customers": "клиент|клиента|клиентов",
    "forms_messages": "сообщение|сообщения|сообщений",
    "forms_attachments": "вложение|вложения|вложений",
    "forms_versions": "прежняя версия|прежние версии|прежних версий",
    "images_left_out": "Картинки, лежащие в других местах, не загружаются.",
    "picture_of": "{name}, изображение",
    "html_shown": "Как оформил автор",
    "html_frame": "Сообщение, как его оформил автор. Ничто в нём не выполняется и не загружается.",
}
