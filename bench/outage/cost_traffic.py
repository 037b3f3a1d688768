"""Made-up support traffic for measuring costs: any number of messages a day, the same for the same seed."""

from collections.abc import Iterator
from itertools import accumulate
from random import Random

from channelhub.content.features import Features, features
from channelhub.rules.outage.report import Report

START_US = 1_800_000_000_000_000
_LETTERS = (
    ("en", "bcdfghklmnprstvw", "aeiou"),
    ("ru", "бвгдзклмнпрстх", "аеиоуы"),
    ("uk", "бвгджзклмнпрст", "аеиіоу"),
)
_VOCABULARY = 15_000  # of each language
_TOPICS = 400
_TOPIC_WORDS = 7
_CHANNELS = ("chat", "email", "webform", "social")
_CHANNEL_SHARES = (42, 72, 87, 100)  # cumulated, of a hundred
_SAME_CUSTOMER = 0.15  # of the messages come from somebody who wrote a short while ago
_UNVERIFIED = 0.4
_WITHOUT_ORIGIN = 0.05  # of the unverified, so that their whole channel is one origin
_TYPO = 0.03
_TEMPLATE_TERMS = 6
_PROBLEM = 0.2  # name a problem, as of usual traffic


class CostTraffic:
    """Messages of three languages: a topic's words and words of the language, both by Zipf's law."""

    def __init__(self, seed: int = 1) -> None:
        self._random = Random(seed)
        self._made = 0
        self._recent: list[int] = []
        self._known: dict[str, Features] = {}
        self._words = {language: self._vocabulary(*letters) for language, *letters in _LETTERS}
        self._word_weights = list(accumulate(1 / (rank + 3) for rank in range(_VOCABULARY)))
        self._topic_weights = list(accumulate(1 / (rank + 2) for rank in range(_TOPICS)))
        self._topics = {
            language: [self._random.sample(words[100:6000], _TOPIC_WORDS) for _ in range(_TOPICS)]
            for language, words in self._words.items()
        }

    def reports(self, count: int, *, from_us: int, to_us: int, is_backfill: bool = False) -> Iterator[Report]:
        """`count` messages evenly over the time. Their features are put together word by word, which is quicker."""
        for number in range(count):
            text, language = self.text()
            at_us = from_us + (to_us - from_us) * number // count
            yield self._report(at_us, self._features(text, language), is_backfill=is_backfill)

    def warm_up(self) -> None:
        """Meet every word once, so that no memory of this traffic is counted for what is filled with it."""
        for language, words in self._words.items():
            for word in words:
                self._features(word, language)

    def text(self) -> tuple[str, str]:
        """A text and its language; 3 to 40 words, most of them few."""
        choose = self._random
        language = choose.choices(("en", "ru", "uk"), cum_weights=(40, 80, 100))[0]
        topic = choose.choices(self._topics[language], cum_weights=self._topic_weights)[0]
        words = choose.sample(topic, choose.randint(1, 4))
        length = min(36, int(choose.expovariate(1 / 9)) + 2)
        words += choose.choices(self._words[language], cum_weights=self._word_weights, k=length)
        if choose.random() < _TYPO * length:
            at = choose.randrange(len(words))
            words[at] = words[at][1:] + choose.choice(words[at])
        if choose.random() < _PROBLEM:
            words.append({"en": "broken", "ru": "сломалось", "uk": "зламалося"}[language])
        choose.shuffle(words)
        return " ".join(words), language

    def _features(self, text: str, language: str) -> Features:
        words = text.split()
        terms: dict[str, None] = {}
        for word in words:
            known = self._known.get(word)
            if known is None:
                known = self._known[word] = features(subject="", text=word, language=language)
            terms.update(dict.fromkeys(known.terms))
        problem = max(self._known[word].problem for word in words)
        template = f"{self._made}" if len(terms) >= _TEMPLATE_TERMS else ""
        return Features(terms=tuple(terms), language=language, words=len(words), problem=problem, template=template)

    def _report(self, at_us: int, reduced: Features, *, is_backfill: bool) -> Report:
        choose = self._random
        self._made += 1
        share = choose.randrange(100)
        is_verified = choose.random() >= _UNVERIFIED
        return Report(
            message_id=self._made * 1024,
            at_us=at_us,
            customer=self._customer(),
            channel=next(name for name, below in zip(_CHANNELS, _CHANNEL_SHARES, strict=True) if share < below),
            origin="" if is_verified or choose.random() < _WITHOUT_ORIGIN else f"198.51.{choose.randrange(65536)}.0/24",
            is_verified=is_verified,
            is_backfill=is_backfill,
            features=reduced,
        )

    def _customer(self) -> int:
        if self._recent and self._random.random() < _SAME_CUSTOMER:
            return self._random.choice(self._recent)
        self._recent.append(self._made)
        if len(self._recent) > 2000:
            del self._recent[:1000]
        return self._made

    def _vocabulary(self, consonants: str, vowels: str) -> list[str]:
        found: dict[str, None] = {}
        while len(found) < _VOCABULARY:
            syllables = self._random.choices((1, 2, 3, 4), weights=(1, 5, 6, 3))[0]
            word = "".join(self._random.choice(consonants) + self._random.choice(vowels) for _ in range(syllables))
            found[word + self._random.choice(consonants)] = None
        return sorted(found, key=len)
