"""What the pipeline is told of an account's configuration."""

from dataclasses import replace
from pathlib import Path

import pytest

from channelhub.app.book import account_facts
from channelhub.plugins import account_models, discover, writes_to
from channelhub.sdk.files import FileRules, no_files
from channelhub.settings.load import load

CONFIG = """
[accounts.mail]
kind = "smtp"
relay_host = "127.0.0.1"
from_address = "support@shop.example"
[accounts.chat]
kind = "webchat"
unread_by = "mail"
unread_after_minutes = 7
[accounts.quiet-chat]
kind = "webchat"
"""


def test_which_files_go_is_the_connectors_word_by_settings_and_conversation(tmp_path: Path) -> None:
    rules = FileRules(most=3)
    mail = replace(
        discover()["smtp"],
        file_rules=lambda config, key: rules if key == "here" else no_files(f"not from {config.from_address}"),
    )
    path = tmp_path / "channelhub.toml"
    path.write_text(CONFIG)
    plugins = {**discover(), "smtp": mail}
    settings = load(path, account_models=account_models(plugins), environ={}, writes_to=writes_to(plugins))
    facts = account_facts(settings, plugins)["mail"]

    assert facts.file_rules("here") is rules
    assert facts.file_rules("there").why_none == "not from support@shop.example"


def test_a_chat_answers_by_itself_and_hands_over_by_mail(tmp_path: Path) -> None:
    path = tmp_path / "channelhub.toml"
    path.write_text(CONFIG)
    plugins = discover()
    settings = load(path, account_models=account_models(plugins), environ={}, writes_to=writes_to(plugins))
    facts = account_facts(settings, plugins)

    chat, quiet = facts["chat"], facts["quiet-chat"]
    assert (chat.unread_by, chat.unread_after_us) == ("mail", 7 * 60_000_000)
    assert (chat.identity_kind, chat.can_send, chat.can_send_files, chat.mail_domain) == ("webchat", True, True, "")
    assert (quiet.unread_by, facts["mail"].unread_by) == ("", "")


@pytest.mark.parametrize(
    ("public_url", "why_none"), [("https://help.example.com", ""), ("http://127.0.0.1:8080", "[http]")]
)
def test_where_the_channel_cannot_fetch_files_from_us_none_are_taken(
    tmp_path: Path, public_url: str, why_none: str
) -> None:
    mail = replace(discover()["smtp"], fetches_files=lambda _config: "https://api.vendor.example")
    path = tmp_path / "channelhub.toml"
    path.write_text(f'[http]\npublic_url = "{public_url}"\n{CONFIG}')
    plugins = {**discover(), "smtp": mail}
    settings = load(path, account_models=account_models(plugins), environ={}, writes_to=writes_to(plugins))
    rules = account_facts(settings, plugins)["mail"].file_rules("any")

    assert bool(rules.types) is not bool(why_none)
    assert why_none in rules.why_none
