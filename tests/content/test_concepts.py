"""The table of concepts: each word names one thing, and is found again."""

from collections import defaultdict

import pytest

from channelhub.content import lexicon, romanized
from channelhub.content.concepts.catalogue import CONCEPTS
from channelhub.content.everyday import FUNCTION_WORDS, NEGATIONS, PLEASANTRIES
from channelhub.content.features import features, is_concept
from channelhub.content.language import of_word
from channelhub.content.lexicon import CONCEPT_MARK, EXACT_MARK, JOINT
from channelhub.content.meaning import meaning

LANGUAGES = ("ru", "uk", "en")
WORDS = [
    (language, word, name)
    for name, *lists in CONCEPTS
    for language, words in zip(LANGUAGES, lists, strict=True)
    for word in words.split()
]


def concepts(text: str, language: str = "") -> set[str]:
    terms = features(subject="", text=text, language=language).terms
    return {term.removeprefix(CONCEPT_MARK) for term in terms if is_concept(term)}


def test_a_concept_has_one_line_with_words_of_every_language() -> None:
    names = [name for name, *_ in CONCEPTS]

    assert len(names) == len(set(names)) > 300
    assert all(len(lists) == 3 and all(lists) for _, *lists in CONCEPTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_finds_its_own_concept_and_no_other(language: str) -> None:
    found = {
        (word, name): concepts(word.removeprefix(EXACT_MARK).replace(JOINT, " "), language)
        for spoken, word, name in WORDS
        if spoken == language and JOINT not in word and of_word(word.removeprefix(EXACT_MARK), language) == language
    }

    assert {entry: names for entry, names in found.items() if names != {entry[1]}} == {}


def test_every_phrase_finds_its_concept() -> None:
    phrases = [(language, word, name) for language, word, name in WORDS if JOINT in word]

    assert [entry for entry in phrases if entry[2] not in concepts(entry[1].replace(JOINT, " "), entry[0])] == []


def test_no_word_is_in_two_lines_of_a_language() -> None:
    lines: dict[tuple[str, str], set[str]] = defaultdict(set)
    for language, word, name in WORDS:
        lines[language, word.removeprefix(EXACT_MARK)].add(name)

    assert [word for word, names in lines.items() if len(names) > 1] == []


def test_no_word_is_dropped_before_it_is_looked_up() -> None:
    dropped = FUNCTION_WORDS | NEGATIONS | PLEASANTRIES

    assert [word for _, word, _ in WORDS if word.removeprefix(EXACT_MARK) in dropped] == []


@pytest.mark.parametrize(
    ("russian", "ukrainian", "english", "names"),
    [
        ("лагает инет", "лагає інет", "internet is lagging", {"internet", "speed"}),
        ("курьер опаздывает", "кур'єр запізнюється", "the courier is late", {"courier", "late"}),
        ("посылку помяли", "посилку пошкодили", "my parcel was crushed", {"parcel", "damaged"}),
        ("банкомат без наличных", "банкомат без готівки", "this ATM has no cash", {"atm", "cash"}),
        ("роутер мигает", "роутер блимає", "a blinking router", {"router", "blink"}),
        ("плеер зависает", "плеєр зависає", "the player freezes", {"playback", "freeze"}),
        ("самокат заблокировали", "самокат заблокували", "scooter locked", {"scooter", "block"}),
        ("рецепт в аптеке", "рецепт в аптеці", "prescription at the pharmacy", {"prescription", "pharmacy"}),
        ("апишка и вебхуки", "апішка і вебхуки", "API and webhooks", {"api", "webhook"}),
        ("воняет в лифте", "смердить у ліфті", "elevator stinks", {"smell", "elevator"}),
        ("возврат за билет", "повернення за квиток", "refund for a ticket", {"refund", "ticket"}),
        ("принтер не печатает чек", "принтер не друкує чек", "printer prints no receipt", {"print", "receipt"}),
    ],
)
def test_three_languages_say_one_thing(russian: str, ukrainian: str, english: str, names: set[str]) -> None:
    assert [concepts(russian), concepts(ukrainian), concepts(english)] == [names] * 3


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("не могу войти", "не подходит пароль"),
        ("не подходит пароль", "нет кода"),
        ("посылка опаздывает", "посылка порвана"),
        ("нет горячей воды", "нет холодной воды"),
        ("списали дважды", "вернули"),
        ("звук пропал", "картинка пропала"),
    ],
)
def test_different_troubles_stay_apart(first: str, second: str) -> None:
    assert concepts(first) - concepts(second)
    assert concepts(second) - concepts(first)


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("ru", "дом"),
        ("ru", "три"),
        ("ru", "час"),
        ("ru", "удалось"),
        ("ru", "помочь"),
        ("ru", "почти"),
        ("ru", "долго"),
        ("ru", "компания"),
        ("ru", "сообщите"),
        ("uk", "світ"),
        ("uk", "швидко"),
        ("uk", "великий"),
        ("uk", "коштує"),
        ("uk", "час"),
        ("uk", "робота"),
        ("uk", "терміново"),
        ("en", "customer"),
        ("en", "building"),
        ("en", "point"),
        ("en", "please"),
    ],
)
def test_words_with_the_stem_of_a_listed_one_are_left_alone(language: str, word: str) -> None:
    found = meaning(word, language)

    assert found is None or found.concepts == ()


@pytest.mark.parametrize(("word", "name"), [("водій", "driver"), ("вода", "water"), ("водою", "water")])
def test_a_form_that_is_listed_as_such_wins_over_its_stem(word: str, name: str) -> None:
    assert concepts(word, "uk") == {name}


def test_no_message_waits_for_tables_that_were_prepared() -> None:
    builds = (lexicon._tables, lexicon._problem, lexicon._working, romanized._forms, romanized._english)
    for build in builds:
        build.cache_clear()
    lexicon.prepare()
    romanized.prepare()
    built = [build.cache_info().misses for build in builds]

    assert concepts("ne rabotaet oplata kartoy, не працює застосунок, payment does not work")
    assert [build.cache_info().misses for build in builds] == built == [1, 1, 1, 2, 1]
