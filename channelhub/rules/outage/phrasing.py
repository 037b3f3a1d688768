"""Reasons as sentences in Russian, Ukrainian and English."""

from collections.abc import Iterable, Mapping
from typing import Final

from channelhub.content.plurals import amount, counted
from channelhub.rules.outage.reasons import (
    AnyReason,
    BeforeNoticed,
    Burst,
    ByPerson,
    ByRule,
    Channels,
    Escalated,
    Grew,
    NamesNothing,
    Quiet,
    SameBurst,
    SameMatter,
    SharedTerms,
    WentOn,
    distinct_words,
)

LANGUAGES: Final = ("en", "uk", "ru")

_SENTENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "burst": "{customers} in {window}, {expected} expected at this hour’s traffic",
        "few": "fewer than 0.1",
        "about": "shared words: {words}",
        "shared": "shared words: {words}; {percent} % like the average report",
        "channels": "channels: {channels}",
        "before": "reported before it was noticed",
        "same_burst": "reported in the same burst",
        "names_nothing": "names nothing, but came while this was being reported",
        "grew": "{customers} {on_channels} by now",
        "same_matter": "the same words or the same reports as «{words}»",
        "quiet": "no report for {hours}",
        "went_on": "it goes on: {customers} reported it again, {minutes} after it was said to be mended",
        "rule": "confirmed by a rule",
        "rule_at_once": "confirmed by a rule as soon as it was suspected",
        "rule_customers": "confirmed by a rule: {value} customers",
        "rule_channels": "confirmed by a rule: on {value} channels",
        "rule_score": "confirmed by a rule: score {value}",
        "rule_alert": "confirmed by a rule: monitoring alerts of the same",
        "escalated": "level «{level}»: {customers}",
        "weighed": ", {size} by weight",
        "person": "a person decided so",
        "person_confirm": "confirmed by a person",
        "person_resolve": "resolved by a person",
        "person_dismiss": "called no outage by a person",
        "person_monitor": "a person says that the fix is in",
        "person_merge": "merged by a person",
        "person_split": "split off by a person",
        "person_move_in": "moved in by a person",
        "person_move_out": "taken out by a person: it does not belong here",
    },
    "uk": {
        "burst": "{customers} за {window}, за такого потоку звернень очікується {expected}",
        "few": "менше ніж 0,1",
        "about": "спільні слова: {words}",
        "shared": "спільні слова: {words}; схоже на середнє повідомлення на {percent} %",
        "channels": "канали: {channels}",
        "before": "надійшло до того, як збій помітили",
        "same_burst": "надійшло в тому самому сплеску",
        "names_nothing": "нічого не називає, але надійшло, поки повідомляли про це",
        "grew": "уже {customers} {on_channels}",
        "same_matter": "ті самі слова або повідомлення, що й у «{words}»",
        "quiet": "немає повідомлень уже {hours}",
        "went_on": "триває: {customers} повідомили знову, за {minutes} після слів про виправлення",
        "rule": "підтверджено правилом",
        "rule_at_once": "підтверджено правилом одразу, щойно виникла підозра",
        "rule_customers": "підтверджено правилом: клієнтів {value}",
        "rule_channels": "підтверджено правилом: каналів {value}",
        "rule_score": "підтверджено правилом: оцінка {value}",
        "rule_alert": "підтверджено правилом: моніторинг сповіщає про те саме",
        "escalated": "рівень «{level}»: {customers}",
        "weighed": ", з вагою {size}",
        "person": "так вирішила людина",
        "person_confirm": "підтверджено людиною",
        "person_resolve": "людина позначила як вирішене",
        "person_dismiss": "людина вважає, що це не збій",
        "person_monitor": "за словами людини, виправлення вже діє",
        "person_merge": "об’єднано людиною",
        "person_split": "відокремлено людиною",
        "person_move_in": "додано людиною",
        "person_move_out": "вилучено людиною: сюди не належить",
    },
    "ru": {
        "burst": "{customers} за {window}, при таком потоке обращений ожидается {expected}",
        "few": "меньше 0,1",
        "about": "общие слова: {words}",
        "shared": "общие слова: {words}; похоже на среднее сообщение на {percent} %",
        "channels": "каналы: {channels}",
        "before": "пришло до того, как сбой заметили",
        "same_burst": "пришло в том же всплеске",
        "names_nothing": "ничего не называет, но пришло, пока сообщали об этом",
        "grew": "уже {customers} {on_channels}",
        "same_matter": "те же слова или те же сообщения, что у «{words}»",
        "quiet": "нет сообщений уже {hours}",
        "went_on": "продолжается: {customers} сообщили снова, через {minutes} после слов об исправлении",
        "rule": "подтверждено правилом",
        "rule_at_once": "подтверждено правилом сразу, как возникло подозрение",
        "rule_customers": "подтверждено правилом: клиентов {value}",
        "rule_channels": "подтверждено правилом: каналов {value}",
        "rule_score": "подтверждено правилом: оценка {value}",
        "rule_alert": "подтверждено правилом: мониторинг оповещает о том же",
        "escalated": "уровень «{level}»: {customers}",
        "weighed": ", с весом {size}",
        "person": "так решил человек",
        "person_confirm": "подтверждено человеком",
        "person_resolve": "человек отметил как решённое",
        "person_dismiss": "человек считает, что это не сбой",
        "person_monitor": "по словам человека, исправление уже действует",
        "person_merge": "объединено человеком",
        "person_split": "отделено человеком",
        "person_move_in": "добавлено человеком",
        "person_move_out": "убрано человеком: сюда не относится",
    },
}
_COUNTED: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "en": {
        "customers": ("{n} customer", "{n} different customers"),
        "minutes": ("{n} minute", "{n} minutes"),
        "hours": ("{n} hour", "{n} hours"),
        "on_channels": ("on {n} channel", "on {n} channels"),
    },
    "uk": {
        "customers": ("{n} клієнт", "{n} різні клієнти", "{n} різних клієнтів"),
        "minutes": ("{n} хвилину", "{n} хвилини", "{n} хвилин"),
        "hours": ("{n} годину", "{n} години", "{n} годин"),
        "on_channels": ("в {n} каналі", "у {n} каналах", "у {n} каналах"),
    },
    "ru": {
        "customers": ("{n} клиент", "{n} разных клиента", "{n} разных клиентов"),
        "minutes": ("{n} минуту", "{n} минуты", "{n} минут"),
        "hours": ("{n} час", "{n} часа", "{n} часов"),
        "on_channels": ("в {n} канале", "в {n} каналах", "в {n} каналах"),
    },
}


def sentences(reasons: Iterable[AnyReason], language: str = "en") -> list[str]:
    """Each reason in words. An unknown language is answered in English."""
    spoken = language if language in _SENTENCES else "en"
    return [_sentence(reason, spoken) for reason in reasons]


def _sentence(reason: AnyReason, language: str) -> str:
    texts = _SENTENCES[language]
    match reason:
        case str():
            return reason
        case Burst():
            return texts["burst"].format(
                customers=customers(reason.customers, language),
                window=_span(reason.window_min, language),
                expected=texts["few"] if reason.expected < 0.1 else amount(language, reason.expected),
            )
        case SharedTerms(similarity=None):
            return texts["about"].format(words=_listed(reason.terms))
        case SharedTerms(similarity=float() as alike):
            return texts["shared"].format(words=_listed(reason.terms), percent=round(100 * alike))
        case Channels():
            shown = ", ".join(f"{channel} {count}" for channel, count in sorted(reason.reports.items()))
            return texts["channels"].format(channels=shown)
        case WentOn():
            minutes = counted(language, reason.minutes, _COUNTED[language]["minutes"])
            return texts["went_on"].format(customers=customers(reason.customers, language), minutes=minutes)
        case Escalated():
            said = texts["escalated"].format(level=reason.level, customers=customers(reason.customers, language))
            is_weighed = reason.weighed != reason.customers
            return said + texts["weighed"].format(size=amount(language, reason.weighed)) if is_weighed else said
        case Grew():
            on_channels = counted(language, reason.channels, _COUNTED[language]["on_channels"])
            return texts["grew"].format(customers=customers(reason.customers, language), on_channels=on_channels)
        case _:
            return _plain(reason, texts, language)


def _plain(reason: AnyReason, texts: Mapping[str, str], language: str) -> str:
    match reason:
        case BeforeNoticed():
            return texts["before"]
        case SameBurst():
            return texts["same_burst"]
        case NamesNothing():
            return texts["names_nothing"]
        case SameMatter():
            return texts["same_matter"].format(words=_listed(reason.terms))
        case Quiet():
            return texts["quiet"].format(hours=_hours(reason.hours, language))
        case ByRule():
            return texts.get(f"rule_{reason.rule}", texts["rule"]).format(value=_figure(reason.value, language))
        case ByPerson():
            return texts.get(f"person_{reason.action}", texts["person"])
        case _:
            raise AssertionError(reason)


def customers(number: int, language: str) -> str:
    """So many different customers."""
    return counted(language, number, _COUNTED[language]["customers"])


def _figure(value: float, language: str) -> str:
    return str(int(value)) if value == int(value) else amount(language, value)


def _listed(terms: Iterable[str]) -> str:
    return ", ".join(distinct_words(terms, {}))


def _span(minutes: int, language: str) -> str:
    if minutes % 60:
        return counted(language, minutes, _COUNTED[language]["minutes"])
    return _hours(minutes / 60, language)


def _hours(hours: float, language: str) -> str:
    forms = _COUNTED[language]["hours"]
    if hours == int(hours):
        return counted(language, int(hours), forms)
    return forms[-2 if len(forms) > 2 else -1].replace("{n}", amount(language, hours))
