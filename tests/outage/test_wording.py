"""What an outage is called."""

from channelhub.rules.outage.wording import headline


def test_the_headline_is_the_report_with_most_of_the_terms() -> None:
    texts = ["Hello, a question", "Payment by card fails at the till", "The payment fails"]

    assert headline(("payment", "card"), texts) == "Payment by card fails at the till"


def test_of_equal_reports_the_shortest_and_cut_at_a_length() -> None:
    long = "card payment " + "and so on " * 30

    assert headline(("card",), [long, "my card"]) == "my card"
    assert headline(("card",), [long]).endswith("…")
    assert len(headline(("card",), [long])) <= 90


def test_a_report_of_one_customers_order_is_no_headline() -> None:
    assert headline(("card",), ["card fails for 41240", "my card is declined again"]) == "my card is declined again"


def test_nothing_is_made_of_nothing() -> None:
    assert headline(("card",), []) == ""
