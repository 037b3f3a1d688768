"""Answering, sending again, and how accounts do, in Ukrainian."""

from typing import Final

UKRAINIAN_SENDING: Final[dict[str, str]] = {
    "no_address": "{account} не може писати на {address}.",
    "window_open": "Відповіді приймаються {hours} год після останнього повідомлення клієнта: до",
    "window_closed": "{account} приймає відповіді {hours} год після останнього слова від {address}. Цей час минув",
    "window_late": "Час для довільних слів минув. Ваші підуть у шаблоні {template}: до {count} символів.",
    "reply_public": "Публічно: цю відповідь побачать усі.",
    "reply_elsewhere": "Відповісти натомість на {address} через {account}",
    "elsewhere_rule": "Спершу підтверджені адреси, тоді непідтверджені; серед них — де спілкувалися востаннє.",
    "send_again": "Надіслати ще раз",
    "not_spam": "Це не спам",
    "flag_not-spam": "не спам",
    "may_arrive_twice": "Можливо, воно дійшло: погоджуюся, що прийде двічі",
    "probe_unwell": "остання відповідь каналу",
    "backlog": "чекають у каналі",
    "refused_posts": "відхилено запитів",
    "refused_hint": "Секрет хибний або відсутній. Якщо більше нічого не приходить, введіть той самий з обох боків.",
    "last_success": "востаннє працював",
    "reason_window-closed": "писали надто давно для цього каналу",
}
