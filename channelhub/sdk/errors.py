"""What a connector may raise, and what the supervisor does about it."""


class ConnectorError(Exception):
    """Its text is shown to the administrator: say what failed and how to mend it."""


class Unavailable(ConnectorError):
    """The channel can't be reached or asks us to wait: restarted with backoff and jitter, for ever."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class AuthFailed(ConnectorError):
    """The channel refuses our credentials: stopped, shown red, waits for a person."""


class Unparseable(ConnectorError):
    """This delivery can't be read: parked with this reason."""


class Rejected(ConnectorError):
    """The channel refuses this outgoing message for good (blocked by the user, no such address): not repeated."""


class Blocked(Rejected):
    """The customer blocked the account: nothing more is sent to them by it until they write, or the channel says so."""


class NotCommitted(Exception):
    """Nothing of the delivery is stored; tell the channel to keep it and try again."""

    def __init__(self, message: str, *, retry_after_s: float = 5.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class HubBusy(NotCommitted):
    """The intake queue is full (SMTP 451, HTTP 503)."""


class DiskFull(NotCommitted):
    """The disk is below its floor (SMTP 452, HTTP 503)."""


class CursorMoved(NotCommitted):
    """The stored cursor isn't the expected one: another receiver was faster; read it again."""
