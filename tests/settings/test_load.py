"""Reading the configuration: what is taken, what is refused, and that all faults come at once."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelhub.domain.secrets import Secret
from channelhub.settings.faults import ConfigurationError, Fault
from channelhub.settings.load import load
from channelhub.settings.models import Account, Settings
from tests.examples import examples


class BotConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    token: Annotated[Secret, msgspec.Meta(description="The bot's token.")]
    poll_timeout_s: Annotated[float, msgspec.Meta(ge=1, le=50)] = 25.0
    mode: Literal["poll", "hook"] = "poll"
    groups: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()
    weight: float = 1.0
    certificate_file: str = ""


class MailConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kind: Literal["mail"] = "mail"
    listen: str = "127.0.0.1:8025"
    relay_password: str = ""


MODELS: Mapping[str, type] = {"bot": BotConfig, "mail": MailConfig}


def write(folder: Path, text: str) -> Path:
    path = folder / "channelhub.toml"
    path.write_text(text, encoding="utf-8")
    return path


def loaded(folder: Path, text: str, **environ: str) -> Settings:
    return load(write(folder, text), account_models=MODELS, environ=environ)


def faults(folder: Path, text: str, **environ: str) -> list[Fault]:
    with pytest.raises(ConfigurationError) as caught:
        loaded(folder, text, **environ)
    return list(caught.value.faults)


def test_no_file_and_no_environment_is_the_defaults() -> None:
    assert load(None, account_models=MODELS, environ={}) == Settings()


def test_reads_sections_and_accounts(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        """
        [hub]
        parser_processes = 3
        [http]
        trusted_proxies = ["10.0.0.0/8", "::1"]
        [accounts.kyiv]
        kind = "bot"
        token = "1:x"
        poll_timeout_s = 5
        [accounts.mail]
        kind = "mail"
        """,
    )

    assert settings.hub.parser_processes == 3
    assert settings.http.trusted_proxies == ("10.0.0.0/8", "::1")
    assert settings.accounts["kyiv"].config == BotConfig(token=Secret("1:x"), poll_timeout_s=5.0)
    assert settings.accounts["mail"].kind == "mail"
    assert settings.accounts["mail"].config == MailConfig()


def test_every_fault_is_reported_at_once_with_its_place(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        """
        [hub]
        state_dri = "x"
        parser_processes = 0
        [http]
        listen = "nowhere"
        [outages]
        quiet_hours = nan
        [log]
        level = "warn"
        [repleis]
        [accounts.kyiv]
        kind = "bto"
        [accounts.lviv]
        kind = "bot"
        poll_timeout_s = "long"
        """,
    )

    by_key = {fault.key: fault for fault in found}
    assert {fault.origin for fault in found} == {str(tmp_path / "channelhub.toml")}
    assert set(by_key) == {
        "hub.state_dri",
        "hub.parser_processes",
        "http.listen",
        "outages.quiet_hours",
        "log.level",
        "repleis",
        "accounts.kyiv.kind",
        "accounts.lviv.poll_timeout_s",
        "accounts.lviv.token",
    }
    assert by_key["hub.state_dri"].nearest == "state_dir"
    assert by_key["repleis"].nearest == "replies"
    assert by_key["accounts.kyiv.kind"].nearest == "bot"
    assert by_key["log.level"].nearest == "warning"
    assert "debug, info, warning, error" in by_key["log.level"].expected
    assert by_key["hub.parser_processes"].found == "0"
    assert by_key["accounts.lviv.poll_timeout_s"].found == '"long"'


def test_a_syntax_error_names_line_and_column(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, '[hub]\nstate_dir = "var\n')

    assert fault.key == "line 2, column 17"


def test_a_syntax_error_at_the_end_names_line_and_column(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "[hub]\nstate_dir =")

    assert fault.key == "line 2, column 12"


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such file"):
        load(tmp_path / "none.toml", account_models=MODELS, environ={})


def test_the_environment_wins_and_is_read_as_the_keys_type(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        '[http]\nlisten = "127.0.0.1:1"\n[accounts.kyiv-bot]\nkind = "bot"\ntoken = "file"\n',
        CHANNELHUB__HTTP__LISTEN="127.0.0.1:2",
        CHANNELHUB__HTTP__TRUSTED_PROXIES='["10.0.0.1"]',
        CHANNELHUB__OUTAGES__ENABLED="false",
        CHANNELHUB__HUB__PARSER_PROCESSES="4",
        CHANNELHUB__ACCOUNTS__KYIV_BOT__TOKEN="12345",
        CHANNELHUB__ACCOUNTS__LVIV_BOT__KIND="bot",
        CHANNELHUB__ACCOUNTS__LVIV_BOT__TOKEN="678",
        CHANNELHUB_CONFIG="another",
    )

    assert settings.http.listen == "127.0.0.1:2"
    assert settings.http.trusted_proxies == ("10.0.0.1",)
    assert settings.outages.enabled is False
    assert settings.hub.parser_processes == 4
    assert settings.accounts["kyiv-bot"].config.token.reveal() == "12345"
    assert settings.accounts["lviv-bot"].config.token.reveal() == "678"


def test_a_fault_of_the_environment_names_the_variable(tmp_path: Path) -> None:
    found = faults(
        tmp_path, "", CHANNELHUB__HTTP__LISTNE="x", CHANNELHUB__HTTP="x", CHANNELHUB__OUTAGES__ORIGIN_CAP="many"
    )

    assert {fault.origin for fault in found} == {
        "CHANNELHUB__HTTP__LISTNE",
        "CHANNELHUB__HTTP",
        "CHANNELHUB__OUTAGES__ORIGIN_CAP",
    }


def test_a_variable_that_could_mean_two_accounts_is_a_fault(tmp_path: Path) -> None:
    text = '[accounts.a-b]\nkind = "mail"\nlisten = ":0"\n[accounts.a_b]\nkind = "mail"\nlisten = ":0"\n'

    (fault,) = faults(tmp_path, text, CHANNELHUB__ACCOUNTS__A_B__LISTEN=":1")

    assert "a-b, a_b" in fault.expected


def test_a_secret_is_read_from_its_file_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/bot").write_text("1:x\n")
    (tmp_path / "secrets/bot").chmod(0o600)

    settings = loaded(tmp_path, '[accounts.kyiv]\nkind = "bot"\ntoken_file = "secrets/bot"\n')

    assert settings.accounts["kyiv"].config.token.reveal() == "1:x"
    assert settings.warnings == ()


def test_a_secret_that_everybody_can_read_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "bot").write_text("1:x")
    (tmp_path / "bot").chmod(0o644)

    settings = loaded(tmp_path, '[accounts.kyiv]\nkind = "bot"\ntoken_file = "bot"\n')

    assert "chmod 600" in settings.warnings[0]


def test_a_secret_file_that_cannot_be_read_is_one_fault(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * (64 * 1024 + 1))
    for name in ("absent", ".", "large"):
        (fault,) = faults(tmp_path, f'[accounts.kyiv]\nkind = "bot"\ntoken_file = "{name}"\n')
        assert fault.key == "accounts.kyiv.token_file"


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    (fault,) = faults(tmp_path, '[accounts.kyiv]\nkind = "bot"\ntoken_file = "pipe"\n')

    assert "is no regular file" in fault.expected


def test_endless_numbers_are_refused_wherever_they_stand(tmp_path: Path) -> None:
    text = '[accounts.a]\nkind = "bot"\ntoken = "1"\nweights = [1.0, nan]\n'

    found = faults(tmp_path, text, CHANNELHUB__ACCOUNTS__A__WEIGHT="inf")

    assert {fault.key for fault in found} == {"accounts.a.weights", "accounts.a.weight"}


def test_a_value_and_its_file_together_are_a_fault(tmp_path: Path) -> None:
    (tmp_path / "bot").write_text("1:x")

    (fault,) = faults(tmp_path, '[accounts.kyiv]\nkind = "bot"\ntoken = "1"\ntoken_file = "bot"\n')

    assert "only one of token and token_file" in fault.expected


def test_the_environment_may_replace_a_file_by_a_value_and_a_value_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "bot").write_text("file")
    by_value = loaded(
        tmp_path, '[accounts.a]\nkind = "bot"\ntoken_file = "gone"\n', CHANNELHUB__ACCOUNTS__A__TOKEN="variable"
    )
    by_file = loaded(
        tmp_path, '[accounts.a]\nkind = "bot"\ntoken = "written"\n', CHANNELHUB__ACCOUNTS__A__TOKEN_FILE="bot"
    )

    assert by_value.accounts["a"].config.token.reveal() == "variable"
    assert by_file.accounts["a"].config.token.reveal() == "file"


def test_a_key_that_is_a_files_name_stays_one_and_becomes_absolute(tmp_path: Path) -> None:
    settings = loaded(tmp_path, '[accounts.a]\nkind = "bot"\ntoken = "1"\ncertificate_file = "tls/chain.pem"\n')

    assert settings.accounts["a"].config.certificate_file == str(tmp_path / "tls/chain.pem")


def test_credentials_are_laid_over_the_file_and_under_the_environment(tmp_path: Path) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir()
    for name, text in {"a.token": "cred-a\n", "b.token": "cred-b", "a.tokne": "x", "tls.key": "x"}.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o400)

    settings = loaded(
        tmp_path,
        '[accounts.a]\nkind = "bot"\ntoken = "file"\n[accounts.b]\nkind = "bot"\n',
        CREDENTIALS_DIRECTORY=str(folder),
        CHANNELHUB__ACCOUNTS__B__TOKEN="variable",
    )

    assert settings.accounts["a"].config.token.reveal() == "cred-a"
    assert settings.accounts["b"].config.token.reveal() == "variable"
    assert settings.warnings == ("credential a.tokne is no key of a and is not used; did you mean a.token?",)


def test_a_secrets_value_is_in_no_fault(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        """
        [accounts.a]
        kind = "bot"
        token = 424242
        [accounts.b]
        kind = "mail"
        relay_password = 424242
        """,
    )

    assert [fault.key for fault in found] == ["accounts.a.token", "accounts.b.relay_password"]
    assert not any("424242" in str(fault) for fault in found)


def test_two_servers_on_one_address_are_a_fault(tmp_path: Path) -> None:
    text = '[http]\nlisten = ":25"\n[accounts.a]\nkind = "mail"\nlisten = "127.0.0.1:25"\n'

    (fault,) = faults(tmp_path, text)

    assert (fault.key, "http.listen" in fault.expected) == ("accounts.a.listen", True)


def test_what_a_kind_finds_between_its_accounts_names_account_and_key(tmp_path: Path) -> None:
    class Leaning(MailConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
        @classmethod
        def faults_together(cls, accounts: Mapping[str, Any]) -> list[tuple[str, str, str]]:
            return [(name, "listen", f"one of {len(accounts)}") for name in accounts if name != "a"]

    text = '[accounts.a]\nkind = "mail"\n[accounts.b]\nkind = "mail"\nlisten = ""\n'
    with pytest.raises(ConfigurationError) as caught:
        load(write(tmp_path, text), account_models={"mail": Leaning}, environ={})

    assert [(fault.key, fault.expected) for fault in caught.value.faults] == [("accounts.b.listen", "one of 2")]


@pytest.mark.parametrize(
    ("via", "expected"),
    [
        ("mial", "expected the name of an account"),
        ("silent", "expected a mail account that can send (one with relay_host)"),
        ("bot", "expected a mail account that can send (one with relay_host)"),
        ("form", "expected a mail account that can send (one with relay_host)"),
        ("broken", "expected text"),
    ],
)
@pytest.mark.parametrize("key", ["answers_by", "unread_by"])
def test_who_answers_for_another_account_is_there_and_sends_mail(
    tmp_path: Path, via: str, expected: str, key: str
) -> None:
    class FormConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        answers_by: str = ""
        unread_by: str = ""

    text = (
        '[accounts.mail]\nkind = "mail"\nrelay_password = "x"\n[accounts.silent]\nkind = "mail"\n'
        'listen = "127.0.0.1:8026"\n[accounts.bot]\nkind = "bot"\ntoken = "t"\n'
        '[accounts.form]\nkind = "form"\n{key} = "{via}"\n'
    ).replace("{key}", key)

    def writes_to(account: Account) -> str:
        return "email" if getattr(account.config, "relay_password", "") else "telegram" if account.kind == "bot" else ""

    def read(named: str, more: str = "") -> Settings:
        path = write(tmp_path, text.replace("{via}", named) + more)
        return load(path, account_models={**MODELS, "form": FormConfig}, environ={}, writes_to=writes_to)

    assert getattr(read("mail").accounts["form"].config, key) == "mail"
    with pytest.raises(ConfigurationError) as caught:
        read(via, '[accounts.broken]\nkind = "mail"\nlisten = 1\n' if via == "broken" else "")

    [fault] = caught.value.faults
    assert fault.expected.startswith(expected)
    assert (fault.key == f"accounts.form.{key}") is (via != "broken")


def test_an_account_needs_a_plain_name(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, '[accounts."A b"]\nkind = "mail"\n')

    assert fault.key == 'accounts."A b"'


def test_printed_settings_hold_no_secret(tmp_path: Path) -> None:
    settings = loaded(tmp_path, '[accounts.a]\nkind = "bot"\ntoken = "hunter2"\n')

    assert "hunter2" not in repr(settings)


def outcome_of(path: Path, environ: Mapping[str, str]) -> Settings | ConfigurationError:
    try:
        return load(path, account_models=MODELS, environ=environ)
    except ConfigurationError as exc:
        return exc


_KEYS = st.sampled_from(
    [
        "hub",
        "http",
        "accounts",
        "alerts",
        "log",
        "replies",
        "outages",
        "bot",
        "kind",
        "token",
        "token_file",
        "listen",
        "groups",
    ]
) | st.text(max_size=5)
_LEAVES = st.sampled_from(["bot", "mail", "ntfy", ":25", "127.0.0.1:25", ".", "a\x00b"]) | st.one_of(
    st.text(max_size=9), st.integers(), st.floats(), st.booleans(), st.dates(), st.times(), st.datetimes()
)
_TREES = st.recursive(
    st.dictionaries(_KEYS, _LEAVES, max_size=4),
    lambda inner: st.dictionaries(_KEYS, inner | _LEAVES | st.lists(inner | _LEAVES, max_size=3), max_size=4),
    max_leaves=12,
)


@settings(max_examples=examples(300))
@given(tree=_TREES, environ=st.dictionaries(st.text(max_size=12).map("CHANNELHUB__ACCOUNTS__".__add__), st.text()))
def test_any_tables_are_settings_or_a_configuration_error(tree: dict[str, Any], environ: dict[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tomllib, "loads", lambda _text: tree)
        outcome = outcome_of(Path(__file__), environ)

    assert isinstance(outcome, Settings) or outcome.faults


@given(content=st.binary(max_size=200) | st.text(alphabet='[]{}=."ab1\n', max_size=80).map(str.encode))
def test_any_bytes_are_settings_or_a_configuration_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(content)

    outcome = outcome_of(path, {})

    assert isinstance(outcome, Settings) or outcome.faults


@pytest.mark.parametrize(
    "content", ["x = " + "[" * 100_000, "x = " + "9" * 10_000, "x = 1\n" * 400_000, ".".join("a" * 9000) + "=1"]
)
def test_a_hostile_file_is_a_configuration_error(tmp_path: Path, content: str) -> None:
    assert faults(tmp_path, content)


@pytest.mark.parametrize(("key", "days"), [("audit_days", 29), ("alerts_days", 6), ("monitoring_days", 30)])
def test_what_others_look_back_at_is_not_kept_too_shortly(tmp_path: Path, key: str, days: int) -> None:
    [fault] = faults(tmp_path, f"[retention]\n{key} = {days}\n")

    assert fault.expected.startswith("expected 0, or at least")
    assert getattr(loaded(tmp_path, f"[retention]\n{key} = 0\n").retention, key) == 0


@pytest.mark.parametrize("name", ["mail", "bot", "nobody"])
def test_owners_of_endpoints_are_told_through_an_account_that_mails(tmp_path: Path, name: str) -> None:
    accounts = '[accounts.mail]\nkind = "mail"\n[accounts.bot]\nkind = "bot"\ntoken = "t"\n'
    text = f'{accounts}[webhooks]\nmail_account = "{name}"\n'

    def writes_to(account: Account) -> str:
        return "email" if account.kind == "mail" else "telegram"

    def read() -> Settings:
        return load(write(tmp_path, text), account_models=MODELS, environ={}, writes_to=writes_to)

    if name == "mail":
        assert read().webhooks.mail_account == "mail"
        return
    with pytest.raises(ConfigurationError) as caught:
        read()
    assert [fault.key for fault in caught.value.faults] == ["webhooks.mail_account"]


def test_what_has_limits_of_its_own_for_files_is_an_account(tmp_path: Path) -> None:
    bot = '[accounts.bot]\nkind = "bot"\ntoken = "t"\n'
    [fault] = faults(tmp_path, f"{bot}[media.accounts.bto]\nenabled = false\n")

    assert (fault.key, fault.nearest) == ("media.accounts.bto", "bot")
    [fault] = faults(tmp_path, f"{bot}[media.accounts.bot]\nmax_file_bytes = 0\n")
    assert fault.key == "media.accounts.bot.max_file_bytes"
    assert loaded(tmp_path, f"{bot}[media.accounts.bot]\ntypes = ['image/*']\n").media.accounts["bot"].types == (
        "image/*",
    )
