"""Which receiver an `[alerts.NAME]` of the configuration is."""

from collections.abc import Callable
from typing import cast

import aiohttp

from channelhub.dispatch.targets.alertmanager import AlertmanagerTarget
from channelhub.dispatch.targets.calling import Caller
from channelhub.dispatch.targets.contract import Messenger, Target
from channelhub.dispatch.targets.email import EmailTarget
from channelhub.dispatch.targets.mattermost import MattermostTarget
from channelhub.dispatch.targets.ntfy import NtfyTarget
from channelhub.dispatch.targets.opsgenie import OpsgenieTarget
from channelhub.dispatch.targets.pagerduty import PagerDutyTarget
from channelhub.dispatch.targets.slack import SlackTarget, SlackWebhookTarget
from channelhub.dispatch.targets.statuspage import StatuspageTarget
from channelhub.dispatch.targets.teams import TeamsTarget
from channelhub.dispatch.targets.telegram import TelegramTarget
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Sender
from channelhub.settings import alerts as settings
from channelhub.settings.alerts import AlertTarget, MessengerSettings

Senders = Callable[[str], Sender | None]  # (account): None where it can't send just now


def _no_sender(_account: str) -> None:
    return None


def target_of(one: AlertTarget, http: aiohttp.ClientSession, senders: Senders = _no_sender) -> Target:
    """The receiver of a checked configuration. `senders` gives what sends for mail accounts."""
    config = one.config
    caller = Caller(name=one.name, http=http, secrets=_secrets(config))
    match config:
        case settings.PagerDuty():
            return PagerDutyTarget(config=config, caller=caller)
        case settings.Opsgenie():
            return OpsgenieTarget(config=config, caller=caller)
        case settings.Alertmanager():
            return AlertmanagerTarget(config=config, caller=caller)
        case settings.Slack():
            return SlackTarget(config=config, caller=caller)
        case settings.SlackWebhook():
            return SlackWebhookTarget(config=config, caller=caller)
        case settings.Mattermost():
            return MattermostTarget(config=config, caller=caller)
        case settings.Teams():
            return TeamsTarget(config=config, caller=caller)
        case settings.TelegramChat():
            return TelegramTarget(config=config, caller=caller)
        case settings.Ntfy():
            return NtfyTarget(config=config, caller=caller)
        case settings.Email():
            return EmailTarget(config=config, name=one.name, sender=senders(config.account))
        case settings.Statuspage():
            return StatuspageTarget(config=config, caller=caller)
    raise AssertionError(f"{one.kind} has a configuration but no receiver")


def messenger_of(target: Target, one: AlertTarget) -> Messenger | None:
    """The receiver as one that is told of events; None where its kind can't be."""
    return cast("Messenger", target) if isinstance(one.config, MessengerSettings) else None


def _secrets(config: settings.AlertSettings) -> tuple[Secret, ...]:
    values = (getattr(config, name) for name in config.__struct_fields__)
    return tuple(value for value in values if isinstance(value, Secret))
