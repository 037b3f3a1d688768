"""docs/events.md says what the catalogue says."""

from tests.docs import event_page


def test_the_page_is_made_from_the_catalogue() -> None:
    assert event_page.PAGE.read_text() == event_page.page(), "run `make events`"
