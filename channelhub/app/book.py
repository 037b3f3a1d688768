"""What the pipeline must know of the configuration, read from the settings and the connectors' manifests."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from channelhub.app.notice_wording import notice_book
from channelhub.app.wording import acknowledgements, handovers
from channelhub.pipeline.rulebook import AccountFacts, Rulebook, Wording
from channelhub.sdk.contract import MAX_PARSE_SETTINGS_BYTES, Plugin
from channelhub.sdk.file_addresses import unreachable
from channelhub.sdk.files import FileRules, no_files
from channelhub.settings.models import Account, Settings
from channelhub.settings.zones import zone


def account_facts(settings: Settings, plugins: Mapping[str, Plugin]) -> dict[str, AccountFacts]:
    """What the pipeline must know of each account."""
    facts = {}
    for name, account in settings.accounts.items():
        plugin = plugins[account.kind]
        answering = settings.accounts[answers_by(account)]
        outgoing = plugins[answering.kind]
        mailbox = next((one for one in outgoing.own_addresses(answering.config) if "@" in one), "")
        can_send = outgoing.manifest.can_send and outgoing.sends(answering.config)
        facts[name] = AccountFacts(
            name=name,
            kind=account.kind,
            channel=plugin.manifest.channel,
            can_send=can_send,
            can_send_files=can_send and outgoing.manifest.can_send_files,
            mail_domain=mailbox.rpartition("@")[2] if can_send else "",
            identity_kind=outgoing.manifest.identity_kind,
            reply_window_us=int(outgoing.reply_window_s(answering.config) * 1_000_000),
            late_reply=outgoing.late_reply(answering.config),
            file_rules=_file_rules(outgoing, answering, settings.http.public_url),
            is_public=plugin.is_public,
            unread_by=str(getattr(account.config, "unread_by", "")),
            unread_after_us=int(getattr(account.config, "unread_after_minutes", 0) * 60_000_000),
            parse_settings=parse_settings(plugin, account),
        )
    return facts


def _file_rules(plugin: Plugin, account: Account, public_url: str) -> Callable[[str], FileRules]:
    """Which files a conversation takes, by its key: none where the channel fetches them and can't reach us."""
    fetcher = plugin.fetches_files(account.config)
    if fetcher and (why_not := unreachable(public_url, by=fetcher)):
        return lambda _key: no_files(f"account {account.name} can't send files: {why_not}")
    return partial(plugin.file_rules, account.config)


def parse_settings(plugin: Plugin, account: Account) -> bytes:
    """What goes to the account's parser with each delivery. Raises ValueError for more than that should be."""
    settings = plugin.parse_settings(account.config)
    if len(settings) > MAX_PARSE_SETTINGS_BYTES:
        raise ValueError(
            f"accounts.{account.name}: {len(settings)} bytes of parse settings, at most {MAX_PARSE_SETTINGS_BYTES}"
        )
    return settings


def answers_by(account: Account) -> str:
    """The account that what is written to this one's customers goes out through: itself, or the one it names."""
    return str(getattr(account.config, "answers_by", "")) or account.name


def own_addresses(settings: Settings, plugins: Mapping[str, Plugin]) -> frozenset[str]:
    """Every address that is ours, as the accounts' settings name them."""
    return frozenset(
        address.casefold()
        for account in settings.accounts.values()
        for address in plugins[account.kind].own_addresses(account.config)
    )


def working_book(
    settings: Settings, plugins: Mapping[str, Plugin], *, secret: bytes, config_file: Path | None
) -> Rulebook:
    """For the running daemon. Raises WordingError for a text that can't be used."""
    folder, languages = settings.hub.templates_dir, settings.replies.languages
    return Rulebook(
        accounts=account_facts(settings, plugins),
        default_region=settings.hub.default_region,
        secret=secret,
        is_acknowledging=settings.replies.acknowledge,
        acknowledgement=acknowledgements(own_folder=folder, config_file=config_file, languages=languages),
        own_addresses=own_addresses(settings, plugins),
        handover=handovers(own_folder=folder, config_file=config_file, languages=languages),
        public_url=settings.http.public_url.rstrip("/"),
        notices=notice_book(settings.notices, own_folder=folder, config_file=config_file, languages=languages),
        zone=zone(settings.hub.time_zone),
    )


def silent_book(settings: Settings, plugins: Mapping[str, Plugin], *, secret: bytes) -> Rulebook:
    """For work on history without a daemon: the same decisions, and nobody is told of them."""
    return Rulebook(
        accounts=account_facts(settings, plugins),
        default_region=settings.hub.default_region,
        secret=secret,
        is_acknowledging=False,
        acknowledgement=lambda _language, _number, subject: Wording(subject=subject, text=""),
        own_addresses=own_addresses(settings, plugins),
    )
