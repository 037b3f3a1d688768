"""What the hub runs with, as it may be shown: no secret, and nothing that is called like one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec

from channelhub.domain.secrets import Secret
from channelhub.settings.models import SECTIONS, Settings

_CALLED_SECRET = re.compile(r"secret|token|passw|key|credential", re.IGNORECASE)
_MOST_CHARS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingView:
    """One key. `value` is empty where nothing is set, or where it is hidden."""

    key: str
    value: str
    means: str
    is_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """`[title]` of the file. `about` is the kind of an account or an alert target."""

    title: str
    about: str
    settings: tuple[SettingView, ...]


def sections(settings: Settings) -> list[SectionView]:
    """Every section in the order of the file: those of the hub, then accounts and alert targets by name."""
    own = [_section(name, "", getattr(settings, name)) for name in SECTIONS]
    accounts = [_section(f"accounts.{one.name}", one.kind, one.config) for one in settings.accounts.values()]
    alerts = [_section(f"alerts.{one.name}", one.kind, one.config) for one in settings.alerts.values()]
    return own + accounts + alerts


def _section(title: str, about: str, struct: msgspec.Struct) -> SectionView:
    return SectionView(title=title, about=about, settings=tuple(_settings("", struct)))


def _settings(before: str, struct: msgspec.Struct) -> Iterator[SettingView]:
    for field in msgspec.structs.fields(type(struct)):
        value, key = getattr(struct, field.name), f"{before}{field.encode_name}"
        if isinstance(value, msgspec.Struct):
            yield from _settings(f"{key}.", value)
            continue
        is_hidden = _is_secret(value) or (isinstance(value, str) and bool(_CALLED_SECRET.search(field.encode_name)))
        shown = "" if is_hidden else _shown(value)
        yield SettingView(
            key=key, value=shown[:_MOST_CHARS], means=_meaning(field.type), is_hidden=is_hidden and bool(value)
        )


def _is_secret(value: Any) -> bool:
    """Whether a secret is in it, however deep."""
    if isinstance(value, Mapping):
        return any(map(_is_secret, value.values()))
    if isinstance(value, msgspec.Struct):
        return any(_is_secret(getattr(value, name)) for name in value.__struct_fields__)
    return isinstance(value, Secret) or (isinstance(value, list | tuple | set) and any(map(_is_secret, value)))


def _shown(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: ""}[value]
    if isinstance(value, str):
        return _without_userinfo(value)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_shown(one) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {_shown(one)}" for name, one in value.items())
    if isinstance(value, msgspec.Struct):
        return f"{{ {', '.join(f'{name} = {_shown(getattr(value, name))}' for name in value.__struct_fields__)} }}"
    return str(value)


def _without_userinfo(text: str) -> str:
    """An address without the password that may stand in it."""
    if "://" not in text or "@" not in text:
        return text
    try:
        parts = urlsplit(text)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    except ValueError:
        return ""


def _meaning(kind: Any) -> str:
    notes = [note.description for note in getattr(kind, "__metadata__", ()) if isinstance(note, msgspec.Meta)]
    return next((note for note in notes if note), "")
