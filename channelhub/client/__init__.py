"""A typed client of the hub's HTTP API, for programs in Python; `channelhub.client.awaiting` has its asyncio face."""

from channelhub.client.blocking import HubClient
from channelhub.client.calling import Tagged
from channelhub.client.problems import EventsMissed, HubError, HubProblem, HubUnreachable, NotAHub

__all__ = ["EventsMissed", "HubClient", "HubError", "HubProblem", "HubUnreachable", "NotAHub", "Tagged"]
