"""The shipped configuration files say what the models say."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from channelhub.plugins import account_models, discover
from channelhub.settings.alerts import ALERT_KINDS
from channelhub.settings.load import load
from channelhub.settings.models import SECTIONS, Settings

CONFIG = Path(__file__).parents[2] / "config"
EXAMPLE = CONFIG / "channelhub.example.toml"


@pytest.fixture(scope="module")
def models() -> dict[str, type]:
    return account_models(discover())


def tables(models: dict[str, type]) -> Iterator[tuple[str, dict[str, Any], type]]:
    """Each table of the example with the struct it is an example of."""
    tree = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    for name, model in SECTIONS.items():
        yield name, tree[name], model
    for name, table in tree["accounts"].items():
        yield f"accounts.{name}", table, models[table["kind"]]
    for name, table in tree["alerts"].items():
        yield f"alerts.{name}", table, ALERT_KINDS[table["kind"]]


def test_the_example_holds_every_section_and_kind_and_no_other(models: dict[str, type]) -> None:
    tree = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))

    assert set(tree) == {*SECTIONS, "accounts", "alerts"}
    assert sorted(table["kind"] for table in tree["alerts"].values()) == sorted(ALERT_KINDS)
    assert sorted(table["kind"] for table in tree["accounts"].values()) == sorted(models)


def test_the_example_holds_every_key_and_no_other(models: dict[str, type]) -> None:
    wrong = {
        name: (missing, extra)
        for name, table, model in tables(models)
        for known in [{field.encode_name for field in msgspec.structs.fields(model)}]
        if any([missing := known - set(table) - {"kind"}, extra := set(table) - known - {"kind"}])
    }

    assert wrong == {}, "config/channelhub.example.toml: (missing keys, keys that no model has)"


def test_the_example_shows_the_defaults(models: dict[str, type]) -> None:
    settings = load(EXAMPLE, account_models=models, environ={})
    configs = {name: getattr(settings, name) for name in SECTIONS}
    configs |= {f"accounts.{name}": account.config for name, account in settings.accounts.items()}
    configs |= {f"alerts.{name}": target.config for name, target in settings.alerts.items()}

    wrong = {
        f"{name}.{field.encode_name}": (getattr(configs[name], field.name), field.default)
        for name, _, model in tables(models)
        for field in msgspec.structs.fields(model)
        if not field.required and getattr(configs[name], field.name) != default_of(field)
    }

    assert wrong == {}, "config/channelhub.example.toml: (value there, default)"


def default_of(field: msgspec.structs.FieldInfo) -> Any:
    return field.default if field.default is not msgspec.NODEFAULT else field.default_factory()  # type: ignore[operator]


def test_the_example_describes_each_key_as_its_model_does(models: dict[str, type]) -> None:
    comments = [
        " ".join(line.removeprefix("# ") for line in block.splitlines())
        for block in re.findall(r"(?m)(?:^# .*\n)+", EXAMPLE.read_text(encoding="utf-8"))
    ]
    described = [
        (f"{name}.{field.encode_name}", note.description)
        for name, _, model in tables(models)
        for field in msgspec.structs.fields(model)
        if field.encode_name != "kind"
        for note in getattr(field.type, "__metadata__", (msgspec.Meta(),))
    ]

    undescribed = [key for key, text in described if not text]
    unmatched = [key for key, text in described if text and not any(text in comment for comment in comments)]
    assert (undescribed, unmatched) == ([], [])


def test_the_embedded_default_starts_mail_form_and_api_without_credentials(models: dict[str, type]) -> None:
    settings = load(CONFIG / "channelhub.toml", account_models=models, environ={})

    assert {name: account.kind for name, account in settings.accounts.items()} == {
        "mail": "smtp",
        "site-form": "webform",
        "shop": "api",
    }
    assert settings.accounts["mail"].config.listen == "127.0.0.1:8025"
    assert (settings.hub, settings.http) == (Settings().hub, Settings().http)
    assert settings.warnings == ()
