"""`[outages]` as the rules that detection and the life of an outage follow."""

from dataclasses import replace

from channelhub.pipeline.outage_rules import LifeRules
from channelhub.rules.outage.confirmation import ConfirmationRules
from channelhub.rules.outage.escalation import EscalationRules, Level
from channelhub.rules.outage.thresholds import OutageRules, rules_for
from channelhub.settings.models import OutageSettings


def detection(settings: OutageSettings) -> OutageRules:
    """By what outages are found, closed and kept silent about."""
    return replace(
        rules_for(threshold=settings.threshold, min_customers=settings.min_customers),
        origin_cap=settings.origin_cap,
        quiet_hours=settings.quiet_hours,
        dismissed_hours=settings.dismissed_hours,
        dismissed_growth=settings.dismissed_growth,
    )


def life(settings: OutageSettings) -> LifeRules:
    """What is confirmed without a person, and which levels an outage may reach."""
    return LifeRules(
        confirmation=ConfirmationRules(
            at_once=settings.confirm_automatically,
            customers=settings.confirm_customers,
            channels=settings.confirm_channels,
            score=settings.confirm_score,
            with_alert=settings.confirm_with_alert,
        ),
        escalation=EscalationRules(
            levels=tuple(Level(name=one.level, customers=one.customers) for one in settings.escalation),
            weights=settings.segment_weights,
        ),
    )
