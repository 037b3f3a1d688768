"""The record of an outage as Markdown, in the pages' languages. The same tables give the same text."""

import re
from collections.abc import Sequence

from channelhub.domain.times import from_us
from channelhub.pipeline.postmortem import Postmortem, SentNotice
from channelhub.rules.outage.alerts import lead_words
from channelhub.rules.outage.postmortem import Moment, Step
from channelhub.store.postmortem import Tally
from channelhub.web.pages.rendering import Words
from channelhub.web.views.notices import by_state

MOST_TITLE = 200
_SPECIAL = re.compile(r"[\\`*_{}\[\]()<>#+!|~&-]")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def markdown(one: Postmortem, language: str) -> str:
    """The whole record (CommonMark, with tables). What customers wrote stands in it as plain text."""
    t = Words(language)
    counts = one.counts
    parts = [
        f"# {t.pm_title}: {escaped(one.outage.title[:MOST_TITLE])}",
        f"{t.state(str(one.outage.state))} · {counts.customers if counts else 0} {t.customers} · "
        f"{counts.messages if counts else 0} {t.messages}",
        _table((t.pm_time, ""), _times(one, t)),
        f"## {t.pm_course}",
        "\n".join(_line(step, t) for step in one.course),
        f"## {t.by_channel}",
        _tallies(one.channels, t),
        f"## {t.by_language}",
        _tallies(one.languages, t),
        f"## {t.notices}",
        f"{t.pm_customers_told}: {one.told}",
        "\n".join(_notice(sent, t) for sent in one.notices),
    ]
    if one.ratings is not None and one.ratings.count:
        scores = ", ".join(f"{score}: {times}" for score, times in sorted(one.ratings.customers.items(), reverse=True))
        parts += [f"## {t.ratings}", f"{one.ratings.mean:.2f} / 5 · {one.ratings.count} {t.customers} ({scores})"]
    if one.alerts:
        parts += [f"## {t.pm_alerts}", "\n".join(
            f"- {_moment(row.alert.started_us)} {escaped(row.alert.name)} ({escaped(row.alert.account)}): "
            f"{lead_words(row.lead_us, language)}"
            for row in one.alerts
        )]  # fmt: skip
    if one.reports:
        parts += [f"## {t.reports}", "\n".join(
            f"- {_moment(row.member.at_us)} {escaped(row.member.channel)} {escaped(row.member.language)}: "
            f"{escaped(row.words)}"
            for row in one.reports
        )]  # fmt: skip
    return "\n\n".join(part for part in parts if part) + "\n"


def escaped(text: str) -> str:
    """Somebody's words as plain text in one line of Markdown."""
    return _SPECIAL.sub(r"\\\g<0>", " ".join(_UNSEEN.sub(" ", text).split()))


def span(span_us: int | None) -> str:
    """A time as 1:02:03, hours:minutes:seconds."""
    if span_us is None:
        return "—"
    minutes, seconds = divmod(span_us // 1_000_000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


def _times(one: Postmortem, t: Words) -> list[tuple[str, str]]:
    return [
        (t.pm_to_detect, span(one.spans.to_detect_us)),
        (t.pm_to_confirm, span(one.spans.to_confirm_us)),
        (t.pm_to_notice, span(one.spans.to_notice_us)),
        (t.pm_to_resolve, span(one.spans.to_resolve_us)),
    ]


def _line(step: Step, t: Words) -> str:
    words = {
        Moment.FIRST_REPORT: t.first_report,
        Moment.LAST_REPORT: t.last_report,
        Moment.DECISION: t.decided(step.word),
        Moment.ALERT: f"{t.pm_alert}: {escaped(step.word)}",
    }.get(step.moment) or f"{t.action(f'pm_{step.moment}')}: {t.action(f'notice_kind_{step.word}')}"
    who = f" · {escaped(step.actor)}" if step.actor else ""
    many = f" · {step.customers} {t.customers}" if step.customers else ""
    return f"- {_moment(step.at_us)} {words}{many}{who}"


def _notice(sent: SentNotice, t: Words) -> str:
    states = ", ".join(f"{count} {t.state(state)}" for state, count in by_state(sent.counts).items())
    return f"- {t.action(f'notice_kind_{sent.notice.kind}')} ({', '.join(sorted(sent.notice.texts))}): {states or '—'}"


def _tallies(tallies: Sequence[Tally], t: Words) -> str:
    rows = [(escaped(one.value) or "?", str(one.customers), str(one.messages)) for one in tallies]
    return _table(("", t.customers, t.messages), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _moment(at_us: int) -> str:
    return f"{from_us(at_us):%Y-%m-%d %H:%M:%S} UTC"
