"""`python -m bench.mail [FOLDER]`: scores per field of the mails in a folder, and what reading them costs."""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.mail import matching, running
from bench.mail.expectations import BadExpectation, Case, cases
from bench.processes import BenchError

OWN = Path(__file__).parents[2] / "tests" / "data" / "mail"
#: The mean of these is the quality; the others are printed only.
QUALITY = (
    "subject", "sender", "sender_name", "to", "message_id", "date", "body", "body90", "charset", "att_count",
    "att_names", "reply", "reply90", "reply_not", "bounce", "auto", "html_kept", "html_safe",
)  # fmt: skip


def main() -> int:
    given = _options().parse_args()
    try:
        found = cases(given.folder)
        if not found:
            raise BenchError(f"{given.folder} holds no .eml files")
        answers, seconds = running.answers(found)
    except (BadExpectation, BenchError) as exc:
        sys.stderr.write(f"{exc}\n")
        return 2
    judged = [matching.judge(case.wanted, answer) for case, answer in zip(found, answers, strict=True)]
    scores = totals(judged)
    readable = [case for case, answer in zip(found, answers, strict=True) if "error" not in answer]
    spent = running.cost(readable)
    if given.json:
        summary = {"scores": scores, "quality": quality(scores), "mails": len(found), "mails_per_s": spent.mails_per_s}
        sys.stdout.write(json.dumps(summary) + "\n")
    else:
        _print(scores, found, seconds, spent)
        _print_failures(found, answers, judged, field=given.field, most=given.fails)
    return 0 if scores["read"][0] == scores["read"][1] else 1


def totals(judged: Sequence[Mapping[str, bool]]) -> dict[str, tuple[int, int]]:
    """For each field how many are right, and of how many mails it was asked."""
    right: dict[str, int] = defaultdict(int)
    asked: dict[str, int] = defaultdict(int)
    for fields in judged:
        for name, is_right in fields.items():
            asked[name] += 1
            right[name] += is_right
    order = ["read", *matching.FIELDS, "charset", "no_false_auto", "html_safe", "safe_names"]
    return {name: (right[name], asked[name]) for name in order if asked[name]}


def quality(scores: Mapping[str, tuple[int, int]]) -> float | None:
    """The mean of the percentages that count; None where nothing of them was asked."""
    shares = [100 * scores[name][0] / scores[name][1] for name in QUALITY if name in scores]
    return sum(shares) / len(shares) if shares else None


def _print(scores: Mapping[str, tuple[int, int]], found: Sequence[Case], seconds: float, spent: running.Cost) -> None:
    for name, (right, asked) in scores.items():
        sys.stdout.write(f"{name:<14} {right:>6} / {asked:<6} {100 * right / asked:6.1f} %\n")
    mean = quality(scores)
    if mean is not None:
        sys.stdout.write(f"{'quality':<14} {mean:22.2f}\n")
    sys.stdout.write(
        f"\n{len(found)} mails in {seconds:.1f} s by `channelhub parse`, its start included: "
        f"{len(found) / seconds:.0f} a second\n"
        f"{spent.mails_per_s:.0f} a second and core ({spent.megabytes / max(spent.seconds, 1e-9):.1f} MB/s); "
        f"the slowest took {1000 * spent.slowest_s:.0f} ms: {spent.slowest}\n"
    )


def _print_failures(
    found: Sequence[Case],
    answers: Sequence[Mapping[str, Any]],
    judged: Sequence[Mapping[str, bool]],
    *,
    field: str,
    most: int,
) -> None:
    left = most
    for case, answer, fields in zip(found, answers, judged, strict=True):
        wrong = [name for name, is_right in fields.items() if not is_right and field in ("", name)]
        if wrong and left > 0:
            left -= 1
            why = f": {answer['error']}" if "error" in answer else ""
            sys.stdout.write(f"wrong: {', '.join(wrong)} in {case.path}{why}\n")


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m bench.mail", description="How well mail is understood.")
    options.add_argument("folder", nargs="?", type=Path, default=OWN, help="mails, with or without expectations")
    options.add_argument("--fails", type=int, default=0, metavar="N", help="name the first N mails with wrong fields")
    options.add_argument("--field", default="", help="only failures of this field")
    options.add_argument("--json", action="store_true", help="print JSON instead of the table")
    return options


if __name__ == "__main__":
    sys.exit(main())
