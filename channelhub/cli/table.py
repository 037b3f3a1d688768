"""The commands there are. A line here and the module it names are all a new one needs.

Kept apart from the commands' modules, so that `channelhub --help` imports none of them.
"""

from collections.abc import Mapping
from types import MappingProxyType

COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "run": ("channelhub.cli.run:run", "Take messages in, until stopped."),
        "card": ("channelhub.cli.card:card", "Everything about a customer."),
        "search": ("channelhub.cli.search:search", "Find customers and messages."),
        "tail": ("channelhub.cli.tail:tail", "What happens, as it happens."),
        "send": ("channelhub.cli.send:send", "Answer a customer where they wrote."),
        "not-spam": ("channelhub.cli.not_spam:not_spam", "Say that a message taken for spam is none."),
        "export": ("channelhub.cli.export:export", "Everything kept about a customer, as one archive."),
        "erase": ("channelhub.cli.erase:erase", "Erase a customer with everything kept about them."),
        "identity": ("channelhub.cli.identity:command", "Join a customer's addresses, and take them apart again."),
        "resend": ("channelhub.cli.resend:resend", "Send again what failed or may have arrived."),
        "incidents": ("channelhub.cli.incidents:incidents", "The inbox: what waits for an answer, and who takes it."),
        "views": ("channelhub.cli.views:views", "Saved views of the inbox."),
        "outages": ("channelhub.cli.outages:outages", "What many customers report at once."),
        "notices": ("channelhub.cli.notices:notices", "Tell an outage's customers about it."),
        "alerts": ("channelhub.cli.alerts:alerts", "Whom the hub tells about outages and events; a test."),
        "webhooks": ("channelhub.cli.webhooks.command:webhooks", "What other systems are posted; tools for receivers."),
        "topics": ("channelhub.cli.topics:topics", "What customers complain about most."),
        "mcp": ("channelhub.cli.mcp.command:command", "Let an AI assistant look at the hub."),
        "demo": ("channelhub.cli.demo.command:demo", "Play a made-up shop's morning into the running daemon."),
        "import": ("channelhub.cli.importing.command:command", "Bring in mail of before, or customers of a file."),
        "parse": ("channelhub.cli.parse:parse", "Show what a connector's parser makes of files."),
        "sample": ("channelhub.cli.sample:sample", "Show what an account would make of a sample post."),
        "parked": ("channelhub.cli.parked:parked", "What could not be read; read it again."),
        "attachments": ("channelhub.cli.attachments:attachments", "Files that could not be fetched; fetch them again."),
        "replay": ("channelhub.cli.replay:replay", "Read history again after a parser was mended."),
        "token": ("channelhub.cli.token:token", "Make keys for the API."),
        "user": ("channelhub.cli.user:user", "Let people sign in, and shut them out."),
        "audit": ("channelhub.cli.audit:audit", "Who did what, and who looked at whom."),
        "retention": ("channelhub.cli.retention:retention", "For how long messages are kept; a preview."),
        "doctor": ("channelhub.cli.doctor:doctor", "What is wrong, and how to mend it."),
        "fsck": ("channelhub.cli.fsck:fsck", "Verify every stored byte."),
        "backup": ("channelhub.cli.backup:command", "Copy the state while the daemon works."),
        "restore": ("channelhub.cli.restore:command", "Make a backup the state."),
        "resume-sending": (
            "channelhub.cli.resume_sending:resume_sending",
            "Let messages go out again after a restore.",
        ),
        "backtest": ("channelhub.cli.backtest:command", "Replay a history; print the outages it would have raised."),
        "check-config": ("channelhub.cli.check_config:check_config", "Check the configuration; report every fault."),
        "completion": ("channelhub.cli.completion:completion", "Let a shell complete commands: bash, zsh, fish."),
        "man": ("channelhub.cli.man:man", "Print the manual page."),
        "connectors": ("channelhub.cli.connectors:connectors", "Show which connectors are installed."),
    }
)
