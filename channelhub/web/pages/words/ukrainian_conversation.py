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
    "note": "Нотатка",
    "note_private": "бачать лише колеги",
    "note_write": "Написати нотатку",
    "note_save": "Зберегти нотатку",
    "note_change": "Змінити нотатку",
    "note_hint": "Її бачать лише колеги. Згадайте когось через @логін — і йому про це скажуть.",
    "mentions": "Згадки",
    "mention_new": "нова",
    "mentions_seen": "Я переглянув(ла)",
    "no_mentions": "Вас іще ніхто не згадав у нотатці.",
    "conversation": "Розмова",
    "conversation_of": "з {name}",
    "draft_kept": "Ваша чернетка.",
    "answered_meanwhile": "Поки ви писали, хтось уже відповів. "
    "Вашу відповідь не надіслано; надішліть ще раз, якщо вона досі потрібна.",
    "files_again": "Виберіть файли ще раз.",
    "writing_now": "{name} пише відповідь з",
    "keep_draft": "Залишити на потім",
    "template": "Шаблон",
    "template_begin": "Вставити",
    "files": "Файли",
    "files_rule": "Не більше {most}; {types}",
    "files_any": "будь-якого типу",
    "files_none": "З цією відповіддю файли не надсилаються.",
    "send_as_well": "Надіслати й мою",
}
