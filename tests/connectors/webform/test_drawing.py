"""A form drawn again holds exactly what was typed, whatever that was."""

from typing import Any

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from connectors.webform.config import WebformConfig
from connectors.webform.definition import FormConfig
from connectors.webform.fields import Fault
from connectors.webform.page import draw_page, draw_script
from tests.examples import examples

OPTIONS = ("a", "<b>", 'c"', "d'&amp;")
DEFINITION = msgspec.convert(
    {
        "title": "Форма",
        "fields": {
            "line": {"label": "L"},
            "text": {"type": "textarea", "label": "T"},
            "one": {"type": "select", "label": "O", "options": OPTIONS},
            "radio": {"type": "radio", "label": "R", "options": OPTIONS},
            "many": {"type": "checkboxes", "label": "M", "options": OPTIONS},
            "yes": {"type": "consent", "label": "Y"},
        },
    },
    FormConfig,
)
CONFIG = WebformConfig(forms={"f": DEFINITION})
#: What a browser can post in a field: no NUL, and line ends as LF, which HTML makes of every other one.
_typed = st.text(st.characters(exclude_characters="\x00\r", exclude_categories=["Cs"]), max_size=30)


def shown(page: str) -> dict[str, Any]:
    """What a browser shows as typed and chosen."""
    tree = LexborHTMLParser(page)
    line, text = tree.css_first("[name=line]"), tree.css_first("[name=text]")
    assert line is not None
    assert text is not None
    return {
        "line": line.attributes["value"] or "",
        "text": text.text(),
        "one": [node.attributes["value"] for node in tree.css("option[selected]")],
        "radio": [node.attributes["value"] for node in tree.css("[name=radio][checked]")],
        "many": [node.attributes["value"] for node in tree.css("[name=many][checked]")],
        "yes": bool(tree.css("[name=yes][checked]")),
    }


@settings(max_examples=examples(60), deadline=None)
@given(_typed, _typed, st.sampled_from(OPTIONS), st.lists(st.sampled_from(OPTIONS), unique=True), st.booleans())
@example("", "\nа", OPTIONS[0], [], False)
def test_what_was_typed_is_drawn_as_it_was(line: str, text: str, one: str, many: list[str], consents: bool) -> None:
    values = {"line": [line], "text": [text], "one": [one], "radio": [one], "many": many}
    if consents:
        values["yes"] = ["yes"]
    faults = {"line": Fault("too_long", line), "many": Fault("option")}
    page = draw_page(CONFIG, "uk", definition=DEFINITION, values=values, faults=faults, alert=text)

    assert shown(page) == {
        "line": line,
        "text": text,
        "one": [one],
        "radio": [one],
        "many": [option for option in OPTIONS if option in many],
        "yes": consents,
    }
    assert len(LexborHTMLParser(page).css("script")) == 1


@settings(max_examples=examples(60), deadline=None)
@given(_typed, _typed)
def test_any_words_of_a_definition_are_data_in_page_and_script(label: str, option: str) -> None:
    fields = {"x": {"type": "select", "label": label or "X", "options": [option.strip() or "o"], "help": label}}
    definition = msgspec.convert({"title": label, "intro": label, "fields": fields}, FormConfig)
    page = LexborHTMLParser(draw_page(CONFIG, "en", definition=definition))
    script = draw_script(CONFIG, "en", action="https://hub.example/f", time_token="t", definition=definition)
    line = next(line for line in script.split("\n") if line.strip().startswith("var settings = "))
    told = msgspec.json.decode(line.strip().removeprefix("var settings = ").removesuffix(";"))

    assert len(page.css("script")) == 1
    assert [node.attributes["value"] for node in page.css("option")][1:] == [option.strip() or "o"]
    assert told["fields"][0]["label"] == (label or "X")
