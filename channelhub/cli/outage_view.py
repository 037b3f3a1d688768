"""An outage on a terminal: what it is, its course, what explains it, its newest reports."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from channelhub.cli.printing import one_line, plain, when

_BLOCKS = "▁▂▃▄▅▆▇█"
_WIDEST = 100  # intervals in a line


def print_outage(found: Mapping[str, Any], console: Console) -> None:
    """`found` is the JSON of GET /api/v1/outages/{id}."""
    console.print(plain(f"outage {found['id']}: {found['title']}"), style="bold")
    for line in _facts(found):
        console.print(plain(f"  {line}"))
    _course(found, console)
    for title, lines in _sections(found):
        if lines:
            console.print(title, style="bold")
            for one in lines:
                console.print(Text("  · ") + one)
    table = Table("when", "channel", "customer", "why it belongs", expand=True)
    for one in found["members"]:
        table.add_row(when(one["at"]), plain(one["channel"]), one["customer_id"], one_line("; ".join(one["reasons"])))
    console.print(table)


def bars(counts: Sequence[int]) -> str:
    """A block for each interval, its height for how many; nothing is a dot. Neighbours are added up where there are too
    many to stand in a line."""
    step = -(-len(counts) // _WIDEST) or 1
    summed = [sum(counts[place : place + step]) for place in range(0, len(counts), step)]
    top = max(summed, default=0)
    return "".join(_BLOCKS[(count * len(_BLOCKS) - 1) // top] if count else "·" for count in summed)


def _facts(found: Mapping[str, Any]) -> Iterable[str]:
    yield f"{found['state']}, {found['customers']} customers, {found['messages']} messages"
    yield f"since {when(found['began_at'])}, noticed {when(found['opened_at'])}"
    if growth := found["growth"]:
        yield f"{growth['last_hour']} reports in the last hour, {growth['hour_before']} in the hour before"
    if found["terms"]:
        yield "words: " + ", ".join(found["terms"])


def _course(found: Mapping[str, Any], console: Console) -> None:
    chart = found["chart"]
    if not chart:
        return
    usual = [point["expected"] for point in chart if point["expected"] is not None]
    console.print(plain(f"  {bars([point['reports'] for point in chart])}"))
    said = f"from {when(chart[0]['at'])}, a block for {found['chart_interval_s'] // 60} min"
    console.print(plain(f"  {said}" + (f"; usual: at most {max(usual):.2f}" if usual else "")), style="dim")


def _sections(found: Mapping[str, Any]) -> Iterable[tuple[str, list[Text]]]:
    yield "why it was noticed", [plain(reason) for reason in found["reasons"]]
    yield "what the affected have in common", [one_line(trait["words"]) for trait in found["common"]]
    yield "in customers' own words", [_said(one) for one in found["representatives"]]
    yield "words of these reports", [_told(one) for one in found["distinguishing"]]
    alerts = [one_line(f"{alert['account']} {alert['name']}: {alert['words']}") for alert in found["alerts"]]
    yield "monitoring alerts", alerts
    yield "what was decided", [_decided(one) for one in found["explanation"]["decisions"]]


def _said(one: Mapping[str, Any]) -> Text:
    return one_line(f"[{one['channel']} {one['language']}] {one['subject']} {one['text']}")


def _told(one: Mapping[str, Any]) -> Text:
    return one_line(f"{one['word']}: {one['customers']} of {one['of']}, usually {100 * one['usual_share']:.1f} %")


def _decided(one: Mapping[str, Any]) -> Text:
    who = f" by {one['actor']}" if one["actor"] else ""
    about = f" ({one['about']})" if one["about"] else ""
    why = "; ".join(one["reasons"])
    said = f"{when(one['at'])} {one['decision'].replace('_', ' ')}{about}{who}"
    return one_line(f"{said}: {why}" if why else said, width=400)
