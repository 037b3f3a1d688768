"""Answering, sending again, and how accounts do, in Russian."""

from typing import Final

RUSSIAN_SENDING: Final[dict[str, str]] = {
    "no_address": "{account} не может писать на {address}.",
    "window_open": "Ответы принимаются {hours} ч после последнего сообщения клиента: до",
    "window_closed": "{account} принимает ответы {hours} ч после последнего сообщения от {address}. Это время истекло",
    "window_late": "Время свободных слов истекло. Ваши уйдут в шаблоне {template}: до {count} символов.",
    "reply_public": "Публично: этот ответ увидят все.",
    "reply_elsewhere": "Ответить вместо этого на {address} через {account}",
    "elsewhere_rule": "Сначала подтверждённые адреса, затем неподтверждённые; среди них — где общались последний раз.",
    "send_again": "Отправить ещё раз",
    "not_spam": "Это не спам",
    "flag_not-spam": "не спам",
    "may_arrive_twice": "Возможно, оно дошло: согласен(на), что придёт дважды",
    "probe_unwell": "последний ответ канала",
    "backlog": "ждут в канале",
    "refused_posts": "отклонено запросов",
    "refused_hint": "Секрет неверен или отсутствует. Если больше ничего не приходит, введите его заново там и тут.",
    "last_success": "последний раз работал",
    "reason_window-closed": "писали слишком давно для этого канала",
}
