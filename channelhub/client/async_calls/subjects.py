"""Every call of the API by its subject. Made by `make client`; not changed by hand."""

from channelhub.client.async_calls.alerts import Alerts
from channelhub.client.async_calls.customers import Customers
from channelhub.client.async_calls.events import Events
from channelhub.client.async_calls.incidents import Incidents
from channelhub.client.async_calls.journeys import Journeys
from channelhub.client.async_calls.messages import Messages
from channelhub.client.async_calls.notices import Notices
from channelhub.client.async_calls.operations import Operations
from channelhub.client.async_calls.outages import Outages
from channelhub.client.async_calls.ratings import Ratings
from channelhub.client.async_calls.reports import Reports
from channelhub.client.async_calls.tokens import Tokens
from channelhub.client.async_calls.users import Users
from channelhub.client.async_calls.webhooks import Webhooks
from channelhub.client.calling import AsyncAsking


class Subjects:
    """All of them."""

    def __init__(self, hub: AsyncAsking) -> None:
        self.messages = Messages(hub)
        self.journeys = Journeys(hub)
        self.customers = Customers(hub)
        self.incidents = Incidents(hub)
        self.outages = Outages(hub)
        self.notices = Notices(hub)
        self.alerts = Alerts(hub)
        self.ratings = Ratings(hub)
        self.reports = Reports(hub)
        self.webhooks = Webhooks(hub)
        self.events = Events(hub)
        self.operations = Operations(hub)
        self.tokens = Tokens(hub)
        self.users = Users(hub)
