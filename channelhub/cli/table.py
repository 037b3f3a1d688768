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
        "outages": ("channelhub.cli.outages:outages", "What many customers report at once."),
        "parse": ("channelhub.cli.parse:parse", "Show what a connector's parser makes of files."),
        "token": ("channelhub.cli.token:token", "Make keys for the API."),
        "doctor": ("channelhub.cli.doctor:doctor", "What is wrong, and how to mend it."),
        "backtest": ("channelhub.cli.backtest:command", "Replay a history; print the outages it would have raised."),
        "check-config": ("channelhub.cli.check_config:check_config", "Check the configuration; report every fault."),
        "connectors": ("channelhub.cli.connectors:connectors", "Show which connectors are installed."),
    }
)
