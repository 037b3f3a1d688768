"""`pytest -p channelhub.sdk.testing.table`: what each connector passes, case by case, and why it lacks a case."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from channelhub.sdk.testing.contract import ConnectorContract, SenderContract

PROPERTY = "channelhub contract"
PASSED, FAILED, SKIPPED, ABSENT = "ok", "FAIL", "skip", "-"
DECLARED = "n.a."

_CELL_CHARS = 5
_CASES = tuple(name for name in dir(SenderContract) if name.startswith("test_"))


def pytest_configure(config: pytest.Config) -> None:
    """Called by pytest."""
    config.pluginmanager.register(ContractTable(), "channelhub contract table")


class ContractTable:
    """Collects the outcomes, from every worker of pytest-xdist too, and prints them when the run ends."""

    def __init__(self) -> None:
        self.cells: dict[tuple[str, str], str] = {}  # (case, connector) → what became of it
        self.reasons: dict[tuple[str, str], list[str]] = {}  # (connector, reason) → cases

    def pytest_collection_modifyitems(self, items: Sequence[pytest.Item]) -> None:
        for item in items:
            suite = getattr(item, "cls", None)
            if suite is not None and issubclass(suite, ConnectorContract) and item.name in _CASES:
                item.user_properties.append((PROPERTY, [title(suite), item.name]))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        named: Any = dict(report.user_properties).get(PROPERTY)
        if named is None or (report.when != "call" and report.passed):
            return
        connector, case = named
        reason = _declared(report)
        if reason:
            self.reasons.setdefault((connector, reason), []).append(case)
        outcome = DECLARED if reason else {"passed": PASSED, "skipped": SKIPPED}.get(report.outcome, FAILED)
        if self.cells.get((case, connector)) != FAILED:
            self.cells[case, connector] = outcome

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.cells:
            return
        terminalreporter.section("connector contract")
        for line in self.lines(width=terminalreporter._tw.fullwidth):  # noqa: SLF001 - the reporter's own width
            terminalreporter.write_line(line)

    def lines(self, *, width: int) -> Iterator[str]:
        """The table, folded where the terminal is narrow, and below it every reason."""
        connectors = sorted({connector for _, connector in self.cells})
        cases = [case for case in _CASES if any((case, connector) in self.cells for connector in connectors)]
        outcomes = list(self.cells.values())
        counted = ", ".join(f"{outcomes.count(one)} {one}" for one in (PASSED, DECLARED, SKIPPED, FAILED))
        yield f"{len(connectors)} connectors, {len(cases)} cases: {counted}"
        title_chars = max(len(words(case)) for case in cases)
        fit = max(1, (width - title_chars) // _CELL_CHARS)
        for start in range(0, len(connectors), fit):
            part = connectors[start : start + fit]
            yield ""
            yield from (f"  {number:2} {connector}" for number, connector in enumerate(part, start + 1))
            yield " " * title_chars + "".join(f"{start + at + 1:>{_CELL_CHARS}}" for at in range(len(part)))
            for case in cases:
                shown = (self.cells.get((case, connector), ABSENT) for connector in part)
                yield words(case).ljust(title_chars) + "".join(f"{cell:>{_CELL_CHARS}}" for cell in shown)
        if self.reasons:
            yield ""
            yield f"{DECLARED}: what a channel can't have, and why ({ABSENT}: it doesn't send)"
        alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for (connector, reason), lacking in sorted(self.reasons.items()):
            alike.setdefault((reason, tuple(sorted(lacking))), []).append(connector)
        for (reason, cases_lacking), without in sorted(alike.items()):
            yield f"  {reason}: {', '.join(without)}"
            yield from (f"      {words(case)}" for case in cases_lacking)


def title(suite: type[ConnectorContract]) -> str:
    """A connector as the table calls it: its kind, and what the suite's name adds to it."""
    kind = getattr(getattr(suite.rig, "plugin", None), "manifest", None)
    name = suite.__name__.removeprefix("Test")
    if kind is None:
        return name
    further = re.sub(f"^{re.escape(kind.kind.replace('_', ''))}", "", name, flags=re.IGNORECASE)
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", further).lower()
    return f"{kind.kind} ({spaced})" if spaced else kind.kind


def words(case: str) -> str:
    """A test's name as a sentence."""
    return case.removeprefix("test_").replace("_", " ")


def _declared(report: pytest.TestReport) -> str:
    """The reason why the channel can't have a case; nothing for any other outcome."""
    if not report.skipped or not isinstance(report.longrepr, tuple):
        return ""
    _, found, reason = str(report.longrepr[2]).partition(f"{DECLARED}: ")
    return reason if found else ""
