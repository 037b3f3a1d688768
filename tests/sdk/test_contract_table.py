"""The contract's table: every connector and case once, folded to the terminal, with each reason."""

from channelhub.sdk.testing import ConnectorContract
from channelhub.sdk.testing.table import ContractTable, title
from tests.contract.pulled import PullRig
from tests.contract.pushed import PushRig

FORGED, SENDS = "test_forged_delivery_is_refused", "test_sends_once_what_it_is_given"
REASON = "anybody may write here"


def filled() -> ContractTable:
    table = ContractTable()
    table.cells = {
        (FORGED, "form"): "n.a.",
        (FORGED, "mail"): "n.a.",
        (FORGED, "shop"): "FAIL",
        (SENDS, "mail"): "ok",
        (SENDS, "shop"): "ok",
    }
    table.reasons = {("mail", REASON): [FORGED], ("form", REASON): [FORGED]}
    return table


def test_counts_names_and_explains() -> None:
    assert list(filled().lines(width=100)) == [
        "3 connectors, 2 cases: 2 ok, 2 n.a., 0 skip, 1 FAIL",
        "",
        "   1 form",
        "   2 mail",
        "   3 shop",
        "                               1    2    3",
        "forged delivery is refused  n.a. n.a. FAIL",
        "sends once what it is given    -   ok   ok",
        "",
        "n.a.: what a channel can't have, and why (-: it doesn't send)",
        f"  {REASON}: form, mail",
        "      forged delivery is refused",
    ]


def test_folds_where_the_terminal_is_narrow() -> None:
    assert list(filled().lines(width=38))[1:11] == [
        "",
        "   1 form",
        "   2 mail",
        "                               1    2",
        "forged delivery is refused  n.a. n.a.",
        "sends once what it is given    -   ok",
        "",
        "   3 shop",
        "                               3",
        "forged delivery is refused  FAIL",
    ]


def test_connector_is_called_by_its_kind_and_what_the_suite_adds() -> None:
    class TestQueue(ConnectorContract):
        rig = PullRig

    class TestLineOverProxy(ConnectorContract):
        rig = PushRig

    assert title(TestQueue) == "queue"
    assert title(TestLineOverProxy) == "line (over proxy)"
