"""What the pipeline is told of an account's configuration."""

from pathlib import Path

from channelhub.app.book import account_facts
from channelhub.plugins import account_models, discover, writes_to
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
