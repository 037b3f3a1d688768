"""Find the connectors that are installed: entry points of the group `channelhub.connectors`."""

import importlib.metadata
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, EntryPoint

from channelhub.sdk.contract import CONTRACT_VERSION, Plugin
from channelhub.settings.models import Account

GROUP = "channelhub.connectors"
OUR_DISTRIBUTION = "channelhub"
OUR_PACKAGE = "connectors"
_OURS_IN_RECORD = re.compile(rf'^"?{OUR_PACKAGE}[/.]', re.MULTILINE)


class PluginsRefused(Exception):
    """What is installed can't be run together; the text says what to remove."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginFailure:
    """One connector that can't be used. The others are."""

    kind: str
    reason: str


def _ignore(_failure: PluginFailure) -> None: ...


class Plugins(Mapping[str, Plugin]):
    """The usable connectors by their kind. Each is imported when it is first asked for: a hub pays for what it uses."""

    def __init__(self, entries: Iterable[EntryPoint], report: Callable[[PluginFailure], None]) -> None:
        self._entries = {entry.name: entry for entry in entries}
        self._report = report
        self._loaded: dict[str, Plugin] = {}

    def __getitem__(self, kind: str) -> Plugin:
        """Raises KeyError for a kind that isn't installed or can't be used; the reason was reported once."""
        if kind not in self._loaded:
            loaded = _load(self._entries[kind])
            if not isinstance(loaded, Plugin):
                del self._entries[kind]
                self._report(loaded)
                raise KeyError(kind)
            self._loaded[kind] = loaded
        return self._loaded[kind]

    def __iter__(self) -> Iterator[str]:
        """Only kinds that can be used, so all are imported."""
        return iter([kind for kind in list(self._entries) if kind in self])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def speaking(self, word: str) -> Plugin | None:
        """The usable connector of this kind, or the first of this channel; imports none beyond it."""
        named = [word] if word in self._entries else sorted(self._entries)
        loaded = (self[kind] for kind in named if kind in self)
        return next((one for one in loaded if word in (one.manifest.kind, one.manifest.channel)), None)


class _Models(Mapping[str, type]):
    def __init__(self, plugins: Mapping[str, Plugin]) -> None:
        self._plugins = plugins

    def __getitem__(self, kind: str) -> type:
        return self._plugins[kind].manifest.config

    def __iter__(self) -> Iterator[str]:
        return iter(self._plugins)

    def __len__(self) -> int:
        return len(self._plugins)


def discover(
    *,
    report: Callable[[PluginFailure], None] = _ignore,
    entries: Iterable[EntryPoint] | None = None,
) -> Plugins:
    """Every usable connector by its kind. `report` hears of each that isn't, when it is first asked for.

    Raises PluginsRefused when two packages offer one kind, or when another distribution also installed a package
    named `connectors`: which of the two Python would import depends on the order of folders.
    """
    _refuse_second_package()
    found = sorted(importlib.metadata.entry_points(group=GROUP) if entries is None else entries, key=lambda e: e.name)
    _refuse_second_claims(found)
    return Plugins(found, report)


def account_models(plugins: Mapping[str, Plugin]) -> Mapping[str, type]:
    """The configuration struct of each kind, as `settings.load` wants them."""
    return _Models(plugins)


def writes_to(plugins: Mapping[str, Plugin]) -> Callable[[Account], str]:
    """A function that tells to which kind of address an account can write, as `settings.load` wants it."""

    def kind_of(account: Account) -> str:
        plugin = plugins[account.kind]
        return plugin.manifest.identity_kind if plugin.manifest.can_send and plugin.sends(account.config) else ""

    return kind_of


def _load(entry: EntryPoint) -> Plugin | PluginFailure:
    try:
        plugin = entry.load()
    except Exception as exc:  # noqa: BLE001 - code of third parties: one broken package must not stop the others
        return PluginFailure(kind=entry.name, reason=f"{entry.value} can't be imported: {type(exc).__name__}: {exc}")
    if not isinstance(plugin, Plugin):
        return PluginFailure(kind=entry.name, reason=f"{entry.value} is no channelhub.sdk.contract.Plugin")
    manifest = plugin.manifest
    if manifest.contract != CONTRACT_VERSION:
        reason = (
            f"made for contract {manifest.contract}, this hub speaks {CONTRACT_VERSION}: install a matching release"
        )
        return PluginFailure(kind=entry.name, reason=reason)
    if manifest.kind != entry.name:
        return PluginFailure(kind=entry.name, reason=f"its manifest says kind {manifest.kind}, its entry {entry.name}")
    return plugin


def _refuse_second_claims(entries: Iterable[EntryPoint]) -> None:
    """The same entry seen twice (an editable install beside its build) is one claim."""
    claims = {(entry.name, entry.value) for entry in entries}
    counts = Counter(name for name, _ in claims)
    for kind, count in sorted(counts.items()):
        if count > 1:
            values = " and ".join(sorted(value for name, value in claims if name == kind))
            raise PluginsRefused(f"Two connectors offer the kind {kind}: {values}. Uninstall one of them.")


def _refuse_second_package() -> None:
    owners = {str(one.metadata["Name"]) for one in importlib.metadata.distributions() if _holds_our_package(one)}
    others = sorted(owner for owner in owners if owner.lower() != OUR_DISTRIBUTION)
    if others:
        raise PluginsRefused(
            f"{', '.join(others)} also installed a package named {OUR_PACKAGE}, which would hide ours. "
            f"Uninstall it, or run {OUR_DISTRIBUTION} in a virtual environment of its own."
        )


def _holds_our_package(installed: Distribution) -> bool:
    """What `packages_distributions` would say of one name; it takes every path of every distribution apart for it."""
    if named := installed.read_text("top_level.txt"):
        return OUR_PACKAGE in named.split()
    if (record := installed.read_text("RECORD")) is not None:
        return _OURS_IN_RECORD.search(record) is not None
    return any(path.parts[0] == OUR_PACKAGE for path in installed.files or ())
