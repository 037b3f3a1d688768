"""Read and check the configuration: every fault at once, or settings that can be relied on."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from channelhub.domain.addresses import ListenAddress, parse_listen
from channelhub.settings.alerts import ALERT_KINDS, AlertTarget
from channelhub.settings.check import check_struct, describe
from channelhub.settings.faults import ConfigurationError, nearest
from channelhub.settings.models import SECTIONS, Account, Settings
from channelhub.settings.overlay import NAMED, lay_credentials, lay_environment, resolve_files
from channelhub.settings.retention import MessageRetention
from channelhub.settings.tree import KeyPath, Tree, read

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}", re.ASCII)
_TOP = (*SECTIONS, *NAMED)


def _writes_to_nobody(_account: Account) -> str:
    return ""


def load(
    path: Path | None,
    *,
    account_models: Mapping[str, type],
    environ: Mapping[str, str],
    writes_to: Callable[[Account], str] = _writes_to_nobody,
) -> Settings:
    """The checked configuration of a file (None: defaults only) with what the environment lays over it.

    A relative `X_file` is looked up in the configuration file's folder.

    `account_models` gives each connector kind's struct, `writes_to` the kind of address that an account can write to,
    empty where it can't send. Raises ConfigurationError with every fault.
    """
    tree = read(path)
    lay_environment(tree, environ)
    keys = _known_keys(tree, account_models)
    lay_credentials(tree, environ, keys)
    resolve_files(tree, path.parent if path is not None else Path(), keys)
    _check_top(tree)
    sections = {name: check_struct(tree, (name,), model) for name, model in SECTIONS.items()}
    accounts = {
        name: Account(name=name, kind=kind, config=config)
        for name, kind, config in _named(tree, "accounts", account_models, what="connector")
    }
    alerts = {
        name: AlertTarget(name=name, kind=kind, config=config)
        for name, kind, config in _named(tree, "alerts", ALERT_KINDS, what="receiver")
    }
    _check_listens(tree, sections["http"], accounts)
    _check_together(tree, accounts)
    _check_answering(tree, accounts, writes_to)
    _check_mailing(tree, getattr(sections["webhooks"], "mail_account", ""), accounts, writes_to)
    _check_alerts(tree, alerts, accounts, writes_to)
    _check_media(tree, getattr(sections["media"], "accounts", {}), accounts)
    _check_retention(tree, getattr(sections["retention"], "messages", ()))
    if tree.faults:
        raise ConfigurationError(tree.faults)
    return Settings(
        **sections,
        accounts=MappingProxyType(accounts),
        alerts=MappingProxyType(alerts),
        warnings=tuple(tree.warnings),
    )


def _known_keys(tree: Tree, account_models: Mapping[str, type]) -> dict[KeyPath, frozenset[str]]:
    keys: dict[KeyPath, frozenset[str]] = {(name,): _fields(model) for name, model in SECTIONS.items()}
    for group, models in (("accounts", account_models), ("alerts", ALERT_KINDS)):
        for name, table in tree.named(group):
            kind = table.get("kind")
            if isinstance(kind, str) and kind in models:
                keys[group, name] = _fields(models[kind])
    return keys


def _fields(model: type) -> frozenset[str]:
    return frozenset(field.encode_name for field in msgspec.structs.fields(model))


def _check_top(tree: Tree) -> None:
    for name, value in tree.table.items():
        if name not in _TOP:
            tree.fault((name,), "unknown section", nearest=nearest(name, _TOP))
        elif not isinstance(value, dict):
            tree.fault((name,), "expected a table", found=describe(value))


def _named(tree: Tree, group: str, models: Mapping[str, type], *, what: str) -> Iterator[tuple[str, str, Any]]:
    """Name, kind and checked struct of every `[group.NAME]` without a fault."""
    tables = tree.table.get(group, {})
    for name, table in tables.items() if isinstance(tables, dict) else ():
        path = (group, name)
        if not _NAME.fullmatch(name):
            word = "an account name" if group == "accounts" else "a name"
            tree.fault(path, f"expected {word} of lower-case letters, digits, - and _, at most 63")
        if not isinstance(table, dict):
            tree.fault(path, "expected a table", found=describe(table))
            continue
        kind = table.get("kind")
        if not isinstance(kind, str) or kind not in models:
            known = ", ".join(sorted(models)) or "none is installed"
            _fault_of_kind(tree, path, kind, f"expected the kind of a {what} ({known})", models)
            continue
        config = check_struct(tree, path, models[kind], besides=frozenset({"kind"}))
        if config is not None:
            yield name, kind, config


def _fault_of_kind(tree: Tree, path: KeyPath, kind: object, expected: str, models: Mapping[str, type]) -> None:
    meant = nearest(kind, models) if isinstance(kind, str) else ""
    tree.fault((*path, "kind"), expected, found="" if kind is None else describe(kind), nearest=meant)


def _check_together(tree: Tree, accounts: Mapping[str, Account]) -> None:
    """A kind whose accounts lean on each other says by `faults_together` what doesn't fit between them."""
    by_model: dict[type, dict[str, Any]] = {}
    for name, account in accounts.items():
        by_model.setdefault(type(account.config), {})[name] = account.config
    for model, configs in by_model.items():
        check = getattr(model, "faults_together", None)
        for name, key, fault in check(configs) if check is not None else ():
            tree.fault(("accounts", name, key), fault)


def _check_answering(tree: Tree, accounts: Mapping[str, Account], writes_to: Callable[[Account], str]) -> None:
    """Who answers for another account by `answers_by`, or beside it by `unread_by`, is there, can send, and writes to
    mail addresses."""
    named = tree.table.get("accounts", {})
    for name, account, key in ((*one, key) for one in accounts.items() for key in ("answers_by", "unread_by")):
        via = getattr(account.config, key, "")
        if not via or (via in named and via not in accounts):  # that one has faults of its own
            continue
        path = ("accounts", name, key)
        if via not in accounts:
            tree.fault(path, "expected the name of an account", found=describe(via), nearest=nearest(via, accounts))
        elif writes_to(accounts[via]) != "email":
            tree.fault(path, "expected a mail account that can send (one with relay_host)", found=describe(via))


def _check_mailing(tree: Tree, name: str, accounts: Mapping[str, Account], writes_to: Callable[[Account], str]) -> None:
    """The account by which owners of endpoints are told is there, can send, and writes to mail addresses."""
    path = ("webhooks", "mail_account")
    if not name or (name in tree.table.get("accounts", {}) and name not in accounts):
        return
    if name not in accounts:
        tree.fault(path, "expected the name of an account", found=describe(name), nearest=nearest(name, accounts))
    elif writes_to(accounts[name]) != "email":
        tree.fault(path, "expected a mail account that can send (one with relay_host)", found=describe(name))


def _check_alerts(
    tree: Tree, alerts: Mapping[str, AlertTarget], accounts: Mapping[str, Account], writes_to: Callable[[Account], str]
) -> None:
    """The accounts that targets name are there. One of mail that can't send yet is only warned of: the rest works."""
    known = tree.table.get("accounts", {})
    for name, one in alerts.items():
        via = getattr(one.config, "account", "")
        for key, account in (
            ("account", via),
            *(("accounts", account) for account in getattr(one.config, "accounts", ())),
        ):
            if account and account not in known:
                path = ("alerts", name, key)
                tree.fault(
                    path, "expected an account's name", found=describe(account), nearest=nearest(account, accounts)
                )
        if via in accounts and writes_to(accounts[via]) != "email":
            tree.warnings.append(f"[alerts.{name}] tells nobody: account {via} is no mail account with relay_host")


def _check_media(tree: Tree, limited: Mapping[str, Any], accounts: Mapping[str, Account]) -> None:
    """What has limits of its own is an account."""
    for name in limited:
        if name not in tree.table.get("accounts", {}):
            tree.fault(("media", "accounts", name), "expected the name of an account", nearest=nearest(name, accounts))


def _check_retention(tree: Tree, rules: Sequence[MessageRetention]) -> None:
    """An account that isn't there any more may have left messages: a name without an account is only warned of."""
    for rule in rules:
        if rule.account and rule.account not in tree.table.get("accounts", {}):
            tree.warnings.append(f"[[retention.messages]] account {rule.account} isn't configured")


def _check_listens(tree: Tree, http: Any, accounts: Mapping[str, Account]) -> None:
    """Every key `listen` is an address, and no two can't be listened on together."""
    configs = {("http",): http} | {("accounts", name): account.config for name, account in accounts.items()}
    taken: list[tuple[KeyPath, ListenAddress]] = []
    for owner, config in configs.items():
        text = getattr(config, "listen", None)
        path = (*owner, "listen")
        if not isinstance(text, str) or (
            not text and config is not http
        ):  # an account may have its server switched off
            continue
        try:
            address = parse_listen(text)
        except ValueError as exc:
            tree.fault(path, str(exc), found=describe(text))
            continue
        for other, theirs in taken:
            if address.overlaps(theirs):
                tree.fault(path, f"expected an address that {'.'.join(other)} doesn't take", found=describe(text))
        taken.append((path, address))
