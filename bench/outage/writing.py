"""Turns phrasings into messages as people send them: greetings, signatures, quotes, slips of the finger."""

import re
from random import Random

from bench.outage.tables import Phrasings, tables

_SLOT = re.compile(r"\{(\w+)\}")
_LONG_CHANNELS = frozenset({"email", "form"})
_CURRENCIES = {"ru": ("{} ₽", "{} руб"), "uk": ("{} грн", "{} гривень"), "en": ("${}", "£{}")}
#: A form's category: what it was filed under, not what the customer says.
_CATEGORIES = {
    "ru": ("Вопрос по заказу", "Оплата", "Техническая поддержка", "Другое"),
    "uk": ("Питання щодо замовлення", "Оплата", "Технічна підтримка", "Інше"),
    "en": ("Order question", "Payment", "Technical support", "Other"),
}
_SUBJECTS = {
    "ru": ("Вопрос", "Обращение", "Нужна помощь", "Проблема", "Re: ваш запрос", ""),
    "uk": ("Питання", "Звернення", "Потрібна допомога", "Проблема", "Re: ваш запит", ""),
    "en": ("Question", "Request", "Help needed", "Problem", "Re: your request", ""),
}
_QUOTE = {
    "ru": "\n\n12.03.2026 10:14, Поддержка пишет:\n> Здравствуйте! Мы получили обращение.\n> Ответим в течение дня.",
    "uk": "\n\n12.03.2026 10:14, Підтримка пише:\n> Вітаємо! Ми отримали звернення.\n> Відповімо протягом дня.",
    "en": "\n\nOn 12 Mar 2026 at 10:14, Support wrote:\n> Hello! We have received your request.",
}


class Writer:
    """Writes messages with one stream's random numbers."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._tables = tables()

    def message(self, matter: Phrasings, language: str, channel: str) -> tuple[str, str]:
        """Subject and text of a message about the matter."""
        random = self._random
        first, second = self._two(matter[language])
        text = self.filled(first, language)
        if random.random() < (0.35 if channel in _LONG_CHANNELS else 0.12):
            text = self._joined(text, self.filled(second, language))
        if random.random() < (0.4 if channel in _LONG_CHANNELS else 0.1):
            text = self._joined(text, self._around("context", language), is_swapped=random.random() < 0.5)
        return self._subject(text, language, channel), self._dressed(self._slipped(text), language, channel)

    def bare(self, matter: Phrasings, language: str) -> str:
        """A message of nothing but one phrasing."""
        return self._slipped(self.filled(self._random.choice(matter[language]), language))

    def _two(self, phrasings: tuple[str, ...]) -> tuple[str, str]:
        """Two different ones; the first of the table are the commonest ways to say it, by three times."""
        weights = [1 / (rank + 4) ** 0.8 for rank in range(len(phrasings))]
        first, second = self._random.choices(phrasings, weights, k=2)
        while second == first:
            second = self._random.choice(phrasings)
        return first, second

    def filled(self, text: str, language: str) -> str:
        """The text with its braces filled."""
        return _SLOT.sub(lambda slot: self._slot(slot[1], language), text)

    def _slot(self, name: str, language: str) -> str:
        random = self._random
        if name in self._tables.slots:
            return random.choice(self._tables.slots[name][language])
        match name:
            case "order":
                return f"{random.choice(('', '№', '#'))}{random.randrange(10_000, 9_999_999)}"
            case "amount":
                return random.choice(_CURRENCIES[language]).format(random.randrange(3, 400) * 10)
            case "code":
                return f"{random.choice('ABEKX')}{random.choice('ARTZ')}-{random.randrange(100, 9999)}"
            case "phone":
                return f"+{random.choice(('380', '7', '44'))}{random.randrange(10**8, 10**9)}"
            case "day":
                return f"{random.randrange(1, 29):02d}.{random.randrange(1, 13):02d}.2026"
            case "version":
                return f"{random.randrange(2, 9)}.{random.randrange(12)}.{random.randrange(9)}"
            case "number":
                return str(random.randrange(2, 90))
            case "address":
                return f"{random.choice(('info', 'sales', 'olga', 'j.smith'))}{random.randrange(999)}@example.org"
        raise ValueError(f"nothing fills {{{name}}}")

    def _around(self, part: str, language: str) -> str:
        return self.filled(self._random.choice(self._tables.around[part][language]), language)

    def _joined(self, first: str, second: str, *, is_swapped: bool = False) -> str:
        if is_swapped:
            first, second = second, first
        return f"{first}{'' if first[-1] in '.?!)😡' else self._random.choice(('.', ',', '...'))} {second}"

    def _subject(self, text: str, language: str, channel: str) -> str:
        if channel == "form":
            return self._random.choice(_CATEGORIES[language])
        if channel != "email":
            return ""
        if self._random.random() < 0.5:
            return " ".join(text.split()[:6]).rstrip(".,!?")
        return self._random.choice(_SUBJECTS[language])

    def _dressed(self, text: str, language: str, channel: str) -> str:
        random = self._random
        is_long = channel in _LONG_CHANNELS
        if random.random() < (0.7 if is_long else 0.25):
            mark = random.choice((",", "!", ".", "")) + ("\n" if is_long else " ")
            text = f"{self._around('greeting', language)}{mark}{text}"
        if random.random() < (0.5 if is_long else 0.12):
            text = f"{text}{'' if text[-1] in '.?!' else '.'} {self._around('closing', language)}"
        if channel == "email":
            if random.random() < 0.5:
                text = f"{text}\n\n{self._around('signature', language)}"
            if random.random() < 0.12:
                text += _QUOTE[language]
        return text

    def _slipped(self, text: str) -> str:
        """Letters swapped, lost or doubled in some messages; small letters and no stops in others."""
        random = self._random
        if random.random() < 0.2:
            text = text.lower().rstrip(".!")
        if random.random() >= 0.15:
            return text
        at = [place for place in range(1, len(text) - 1) if text[place].isalpha() and text[place + 1].isalpha()]
        if not at:
            return text
        place = random.choice(at)
        here, after = text[place], text[place + 1]
        return text[:place] + random.choice((after + here, after, here + here + after)) + text[place + 2 :]
