"""When an outage is confirmed without a person. Every rule is off unless it is switched on."""

from dataclasses import dataclass

from channelhub.rules.outage.reasons import ByRule


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationRules:
    """What confirms a suspected outage; 0 and False: never."""

    at_once: bool = False
    customers: int = 0
    channels: int = 0
    score: float = 0.0
    with_alert: bool = False

    @property
    def is_any(self) -> bool:
        """One is switched on."""
        return bool(self.at_once or self.customers or self.channels or self.score or self.with_alert)


def confirmed_by(
    rules: ConfirmationRules, *, customers: int, channels: int, score: float, has_alert: bool
) -> ByRule | None:
    """The first rule that an outage of these figures fulfils."""
    if rules.at_once:
        return ByRule(rule="at_once")
    if rules.customers and customers >= rules.customers:
        return ByRule(rule="customers", value=customers)
    if rules.channels and channels >= rules.channels:
        return ByRule(rule="channels", value=channels)
    if rules.score and score >= rules.score:
        return ByRule(rule="score", value=round(score, 1))
    if rules.with_alert and has_alert:
        return ByRule(rule="alert")
    return None
