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
    "note": "Заметка",
    "note_private": "видят только коллеги",
    "note_write": "Написать заметку",
    "note_save": "Сохранить заметку",
    "note_change": "Изменить заметку",
    "note_hint": "Её видят только коллеги. Упомяните кого-то через @логин — и ему об этом скажут.",
    "mentions": "Упоминания",
    "mention_new": "новое",
    "mentions_seen": "Я просмотрел(а)",
    "no_mentions": "Вас ещё никто не упомянул в заметке.",
    "conversation": "Разговор",
    "conversation_of": "с {name}",
    "draft_kept": "Ваш черновик.",
    "answered_meanwhile": "Пока вы писали, кто-то уже ответил. "
    "Ваш ответ не отправлен; отправьте ещё раз, если он всё ещё нужен.",
    "files_again": "Выберите файлы ещё раз.",
    "writing_now": "{name} пишет ответ с",
    "keep_draft": "Оставить на потом",
    "template": "Шаблон",
    "template_begin": "Вставить",
    "files": "Файлы",
    "files_rule": "Не больше {most}; {types}",
    "files_any": "любого типа",
    "files_none": "С этим ответом файлы не отправляются.",
    "send_as_well": "Отправить и мой",
}
