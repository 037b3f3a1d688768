"""`[alerts.NAME]`: what is taken, what is refused, and that no fault shows a secret."""

from pathlib import Path

import pytest

from channelhub.domain.secrets import Secret
from channelhub.settings.alerts import ALERT_KINDS
from tests.settings.test_load import faults, loaded

PHONE = '[alerts.phone]\nkind = "ntfy"\ntopic = "x"\n'
ON_CALL = '[alerts.on-call]\nkind = "pagerduty"\n'


def test_a_secret_may_be_a_file_or_an_environment_variable(tmp_path: Path) -> None:
    (tmp_path / "pagerduty").write_text("from a file\n")
    by_file = loaded(tmp_path, ON_CALL + 'routing_key_file = "pagerduty"\n')
    by_environment = loaded(tmp_path, ON_CALL, CHANNELHUB__ALERTS__ON_CALL__ROUTING_KEY="from outside")

    assert by_file.alerts["on-call"].config.routing_key == Secret("from a file")
    assert by_environment.alerts["on-call"].config.routing_key == Secret("from outside")


def test_a_credential_of_systemd_is_taken(tmp_path: Path) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "on-call.routing_key").write_text("a credential")
    settings = loaded(tmp_path, ON_CALL, CREDENTIALS_DIRECTORY=str(folder))

    assert settings.alerts["on-call"].config.routing_key == Secret("a credential")


def test_a_misspelt_key_names_the_nearest_one(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, ON_CALL + 'routing_key = "k"\nleast_stat = "confirmed"\n')

    assert (fault.key, fault.nearest) == ("alerts.on-call.least_stat", "least_state")


def test_an_unknown_receiver_names_those_there_are(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, '[alerts.x]\nkind = "pagerdutty"\n')

    assert fault.key == "alerts.x.kind"
    assert "receiver" in fault.expected
    assert fault.nearest == "pagerduty"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (ON_CALL, "alerts.on-call.routing_key"),
        (ON_CALL + 'routing_key = ""\n', "alerts.on-call.routing_key"),
        (ON_CALL + 'routing_key = "k"\nlanguage = "fr"\n', "alerts.on-call.language"),
        (ON_CALL + 'routing_key = "k"\nbase_url = "https://u:p@x.example"\n', "alerts.on-call.base_url"),
        ('[alerts.t]\nkind = "teams"\nwebhook_url = "geheim"\n', "alerts.t.webhook_url"),
        ('[alerts.n]\nkind = "ntfy"\ntopic = "two words"\n', "alerts.n.topic"),
        ('[alerts.s]\nkind = "statuspage"\napi_key = "geheim"\npage_id = "../x"\n', "alerts.s.page_id"),
        ("[alerts.Shouting]\nkind = 'ntfy'\ntopic = 'x'\n", "alerts.Shouting"),
        ("alerts = 3\n", "alerts"),
        (PHONE + 'events = ["incidnet.opened"]\n', "alerts.phone.events"),
        (PHONE + 'events = ["incident"]\n', "alerts.phone.events"),
        (PHONE + 'events = ["nothing.*"]\n', "alerts.phone.events"),
        (PHONE + 'priorities = ["high"]\n', "alerts.phone.events"),
        (PHONE + 'events = ["*"]\npriorities = ["urgent"]\n', "alerts.phone.priorities"),
        (PHONE + 'events = ["*"]\nper_minute = 1\n', "alerts.phone.per_minute"),
        (PHONE + 'events = ["*"]\nleast_customers = 5\n', "alerts.phone.least_customers"),
        (PHONE + 'events = ["*"]\naccounts = ["nobody"]\n', "alerts.phone.accounts"),
        (ON_CALL + 'routing_key = "k"\nevents = ["*"]\n', "alerts.on-call.events"),
        ('[alerts.m]\nkind = "email"\naccount = "nobody"\nto = "a@b.example"\n', "alerts.m.account"),
        ('[alerts.m]\nkind = "email"\naccount = "m"\nto = "Ann <a@b.example>"\n', "alerts.m.to"),
        ('[alerts.m]\nkind = "email"\naccount = "m"\nto = "a@b.example, c@d.example"\n', "alerts.m.to"),
    ],
)
def test_what_cannot_be_is_refused_at_its_key_without_its_secret(tmp_path: Path, text: str, key: str) -> None:
    found = faults(tmp_path, text)

    assert [fault.key for fault in found] == [key]
    assert "geheim" not in str(found)


def test_a_misspelt_event_names_the_nearest_one(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, PHONE + 'events = ["incidnet.opened"]\n')

    assert "did you mean incident.opened?" in str(fault)


def test_a_mail_account_that_cannot_send_yet_is_warned_of(tmp_path: Path) -> None:
    text = (
        '[accounts.desk]\nkind = "bot"\ntoken = "t"\n[alerts.m]\nkind = "email"\naccount = "desk"\nto = "a@b.example"\n'
    )

    assert loaded(tmp_path, text).warnings == (
        "[alerts.m] tells nobody: account desk is no mail account with relay_host",
    )


def test_every_kind_takes_what_all_of_them_take() -> None:
    shared = {"language", "least_state", "least_customers", "updates"}

    assert all(shared <= set(model.__struct_fields__) for model in ALERT_KINDS.values())
