"""The page of how a request stands, in Russian."""

from typing import Final

RUSSIAN_FOLLOWING: Final[dict[str, str]] = {
    "follow_title": "Ваше обращение",
    "follow_thanks": "Спасибо",
    "follow_received": "Мы получили ваше сообщение.",
    "follow_again": "Это сообщение у нас уже было; дважды ничего не отправлено.",
    "follow_number": "Номер",
    "follow_waiting": "Номер присваивается. Эта страница обновится сама.",
    "follow_kept": "Ваше сообщение у нас.",
    "follow_yours": "Вы написали",
    "follow_ours": "Мы написали",
    "follow_elsewhere": "Разговор продолжается по электронной почте. Написанное там здесь не показывается.",
    "follow_link": "Сохраните адрес этой страницы: кто её знает, тот может её прочитать. Она действует до",
    "follow_unknown": "Ссылка неполная. Скопируйте весь адрес ещё раз.",
    "follow_gone": "Отправленное больше не хранится.",
    "follow_late": "Ссылка устарела. Напишите нам ещё раз и укажите номер обращения.",
}
