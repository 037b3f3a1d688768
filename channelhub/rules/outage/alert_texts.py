"""What an alert about an outage says, in Russian, Ukrainian and English, for receivers that show plain text."""

from collections.abc import Mapping
from typing import Final

from channelhub.domain.alerts import AlertAction, OutageAlert

_TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "emerging": "Perhaps an outage",
        "suspected": "Outage suspected",
        "confirmed": "Outage confirmed",
        "monitoring": "Outage: the fix is being watched",
        "resolved": "Outage over",
        "dismissed": "No outage after all",
        "test": "Test alert of channelhub: nothing has happened",
        "test_over": "The test alert of channelhub is over",
        "customers": "Customers",
        "before": "{customers} (were {before})",
        "messages": "Reports",
        "since": "Since",
        "level": "Level",
        "words": "Words",
        "channels": "Channels",
        "open": "Open in channelhub",
        "repeated": "This may be a repetition: the first attempt was cut off.",
        "public_open": "We are looking into reports of a problem. We will keep you informed here.",
        "public_monitoring": "A fix is in place. We are watching whether it holds.",
        "public_over": "The problem is solved. Thank you for your patience.",
    },
    "uk": {
        "emerging": "Можливо, збій",
        "suspected": "Підозра на збій",
        "confirmed": "Збій підтверджено",
        "monitoring": "Збій: спостерігаємо за виправленням",
        "resolved": "Збій усунено",
        "dismissed": "Це не збій",
        "test": "Перевірка сповіщень channelhub: нічого не сталося",
        "test_over": "Перевірку сповіщень channelhub завершено",
        "customers": "Клієнтів",
        "before": "{customers} (було {before})",
        "messages": "Звернень",
        "since": "Початок",
        "level": "Рівень",
        "words": "Слова",
        "channels": "Канали",
        "open": "Відкрити в channelhub",
        "repeated": "Можливо, це повтор: першу спробу було перервано.",
        "public_open": "Ми перевіряємо повідомлення про проблему. Новини будуть тут.",
        "public_monitoring": "Виправлення вже діє. Ми спостерігаємо, чи все гаразд.",
        "public_over": "Проблему усунено. Дякуємо за терпіння.",
    },
    "ru": {
        "emerging": "Возможно, сбой",
        "suspected": "Подозрение на сбой",
        "confirmed": "Сбой подтверждён",
        "monitoring": "Сбой: следим за исправлением",
        "resolved": "Сбой устранён",
        "dismissed": "Это не сбой",
        "test": "Проверка оповещений channelhub: ничего не произошло",
        "test_over": "Проверка оповещений channelhub закончена",
        "customers": "Клиентов",
        "before": "{customers} (было {before})",
        "messages": "Обращений",
        "since": "Начало",
        "level": "Уровень",
        "words": "Слова",
        "channels": "Каналы",
        "open": "Открыть в channelhub",
        "repeated": "Возможно, это повтор: первая попытка была прервана.",
        "public_open": "Мы проверяем сообщения о проблеме. Новости будут здесь.",
        "public_monitoring": "Исправление уже действует. Мы следим, всё ли в порядке.",
        "public_over": "Проблема устранена. Спасибо за терпение.",
    },
}


def heading(alert: OutageAlert, language: str) -> str:
    """One line: the state, and what it is about."""
    texts = _TEXTS[language]
    if alert.is_test:
        return texts["test_over" if alert.state == "resolved" else "test"]
    state = texts.get(alert.state, alert.state)
    return f"{state}: {alert.title}" if alert.title else state


def facts(alert: OutageAlert, language: str) -> list[tuple[str, str]]:
    """Labels and values, the weightiest first."""
    texts = _TEXTS[language]
    if alert.is_test:
        return []
    customers = str(alert.customers)
    if 0 < alert.customers_before < alert.customers:
        customers = texts["before"].format(customers=alert.customers, before=alert.customers_before)
    channels = ", ".join(f"{name} {count}" for name, count in alert.channels.items())
    told = [
        (texts["customers"], customers),
        (texts["messages"], str(alert.messages)),
        (texts["since"], alert.began_at.strftime("%Y-%m-%d %H:%M UTC")),
        (texts["level"], alert.level),
        (texts["words"], ", ".join(alert.terms)),
        (texts["channels"], channels),
    ]
    return [(label, value) for label, value in told if value]


def details(alert: OutageAlert, language: str, *, is_repeated: bool = False) -> str:
    """The facts as lines, with the link last."""
    lines = [f"{label}: {value}" for label, value in facts(alert, language)]
    if is_repeated:
        lines.append(repetition(language))
    return "\n".join([*lines, alert.link])


def repetition(language: str) -> str:
    """That the receiver may have it already."""
    return _TEXTS[language]["repeated"]


def link_label(language: str) -> str:
    return _TEXTS[language]["open"]


def public_words(alert: OutageAlert, action: AlertAction, language: str) -> str:
    """What a page for everybody says: nothing that customers wrote, and no numbers."""
    if action is AlertAction.RESOLVE:
        return _TEXTS[language]["public_over"]
    return _TEXTS[language]["public_monitoring" if alert.state == "monitoring" else "public_open"]
