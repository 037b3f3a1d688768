"""What our script of a Zabbix media type posts (README.md has it). One problem or recovery at a time."""

from collections.abc import Sequence

import msgspec

from channelhub.domain.inbound import AlertState, Inbound, MonitoringAlert
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.monitoring.reading import (
    clean,
    decode,
    key_of,
    labels_of,
    link_of,
    moment_of_seconds,
    name_of,
    summary_of,
)


class Tag(msgspec.Struct):
    tag: str
    value: str = ""


class Problem(msgspec.Struct):
    """`value` is 1 for a problem and 0 for its recovery; times are Unix seconds, 0 where Zabbix didn't say."""

    event_id: str
    value: int
    name: str = ""
    severity: str = ""
    host: str = ""
    message: str = ""
    tags: list[Tag] = []
    started: float = 0
    ended: float = 0
    url: str = ""


def parse_zabbix(raw: RawMessage) -> Sequence[Inbound]:
    """The one alert of the body. Raises only Unparseable."""
    problem = decode(raw.body, Problem, "our Zabbix script")
    if not problem.event_id or problem.value not in (0, 1):
        raise Unparseable("event_id is empty or value is neither 1 (problem) nor 0 (recovery): see the README's script")
    is_over = problem.value == 0
    started, ended = moment_of_seconds(problem.started), moment_of_seconds(problem.ended) if is_over else None
    labels = {one.tag: one.value for one in problem.tags} | ({"host": problem.host} if problem.host else {})
    return [
        MonitoringAlert(
            external_id=f"{key_of(problem.event_id)}:{problem.value}",
            key=key_of(problem.event_id),
            name=name_of(problem.name),
            state=AlertState.RESOLVED if is_over else AlertState.FIRING,
            severity=clean(problem.severity, 40).lower(),
            summary=summary_of(problem.message),
            labels=labels_of(labels),
            started_at=started,
            ended_at=ended,
            at=ended if is_over else started,
            url=link_of(problem.url),
        )
    ]
