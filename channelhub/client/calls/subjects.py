"""Every call of the API by its subject. Made by `make client`; not changed by hand."""

from channelhub.client.calling import Asking
from channelhub.client.calls.alerts import Alerts
from channelhub.client.calls.customers import Customers
from channelhub.client.calls.events import Events
from channelhub.client.calls.incidents import Incidents
from channelhub.client.calls.journeys import Journeys
from channelhub.client.calls.messages import Messages
from channelhub.client.calls.notices import Notices
from channelhub.client.calls.operations import Operations
from channelhub.client.calls.outages import Outages
from channelhub.client.calls.ratings import Ratings
from channelhub.client.calls.reports import Reports
from channelhub.client.calls.tokens import Tokens
from channelhub.client.calls.users import Users
from channelhub.client.calls.webhooks import Webhooks


class Subjects:
    """All of them."""

    def __init__(self, hub: Asking) -> None:
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
