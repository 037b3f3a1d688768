"""Conversations: what entries unfold, answers, notes, in Ukrainian. `forms_…` are the forms of counted things."""

from typing import Final

UKRAINIAN_CONVERSATION: Final[dict[str, str]] = {
    "forms_customers": "клієнт|клієнти|клієнтів",
    "forms_messages": "повідомлення|повідомлення|повідомлень",
    "forms_attachments": "вкладення|вкладення|вкладень",
    "forms_versions": "попередня версія|попередні версії|попередніх версій",
    "images_left_out": "Картинки, що лежать деінде, не завантажуються.",
    "picture_of": "{name}, зображення",
    "html_shown": "Як оформив автор",
    "html_frame": "Повідомлення, як його оформив автор. Нічого в ньому не виконується й не завантажується.",
}
