"""The page of how a request stands, in Ukrainian."""

from typing import Final

UKRAINIAN_FOLLOWING: Final[dict[str, str]] = {
    "follow_title": "Ваше звернення",
    "follow_thanks": "Дякуємо",
    "follow_received": "Ми отримали ваше повідомлення.",
    "follow_again": "Це повідомлення ми вже мали; двічі нічого не надіслано.",
    "follow_number": "Номер",
    "follow_waiting": "Номер саме надається. Ця сторінка оновиться сама.",
    "follow_kept": "Ваше повідомлення в нас.",
    "follow_yours": "Ви написали",
    "follow_ours": "Ми написали",
    "follow_elsewhere": "Розмова триває електронною поштою. Написане там тут не показується.",
    "follow_link": "Збережіть адресу цієї сторінки: хто її має, той може її прочитати. Вона діє до",
    "follow_unknown": "Посилання неповне. Скопіюйте всю адресу ще раз.",
    "follow_gone": "Надіслане вже не зберігається.",
    "follow_late": "Посилання застаріло. Напишіть нам ще раз і вкажіть номер звернення.",
}
