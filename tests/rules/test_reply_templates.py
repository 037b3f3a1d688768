"""Answers begun from templates: in the customer's language, with what is known of them, which is never a template."""

from string import Template

from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.reply_templates import MAX_NAME_CHARS, ReplyTemplate, beginnings

THANKS = ReplyTemplate(
    name="thanks",
    texts={
        "en": ("Thanks", Template("$greeting $name, your number is $number. $agent")),
        "uk": ("Дякуємо", Template("$greeting Номер $number. $agent")),
    },
)


def text(language: str, name: str = "Ганна", number: str = "CH-7") -> str:
    [one] = beginnings([THANKS], language=language, name=name, number=number, agent="kate")
    return one.text


def test_the_words_are_in_the_customers_language() -> None:
    assert text("uk") == "Вітаємо, Ганна! Номер CH-7. kate"
    assert text("en") == "Hello, Ганна! Ганна, your number is CH-7. kate"


def test_a_language_that_there_is_no_text_of_gets_the_first() -> None:
    assert text("de").startswith("Hello")


def test_somebody_without_a_name_is_greeted_without_one() -> None:
    assert text("uk", name="").startswith("Вітаємо! ")


def test_a_name_is_a_line_and_never_a_template() -> None:
    assert text("uk", name="$agent\n\n${number}\u202e!") == "Вітаємо, $agent ${number} !! Номер CH-7. kate"


@given(st.text(max_size=300))
def test_no_name_breaks_a_template(name: str) -> None:
    filled = text("uk", name=name)

    assert "\n" not in filled
    assert len(filled) < MAX_NAME_CHARS + 60
