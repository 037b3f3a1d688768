"""What the envelope says of a sender's authenticity, as the message carries it. Pure."""

from channelhub.domain.raw import Envelope

_SHOWN = ("dmarc", "dkim", "spf")


def proves(envelope: Envelope, address: str) -> bool:
    """Whether a check that was made on arrival speaks for the domain of this address."""
    domain = address.rpartition("@")[2].lower()
    return domain != "" and envelope.extra.get("aligned", "") == domain


def shown(envelope: Envelope) -> dict[str, str]:
    """What people see beside the message: the results, and who found them."""
    results = [f"{method}={envelope.extra[method]}" for method in _SHOWN if method in envelope.extra]
    checker = envelope.extra.get("auth_by", "")
    if not results:
        return {}
    who = "checked here" if checker == "here" else f"as {checker} says"
    return {"authenticity": f"{' '.join(results)}, {who}"}


def doubts(envelope: Envelope) -> tuple[str, ...]:
    """A warning where the mail carries results under our server's name that aren't its."""
    count = envelope.extra.get("auth_forged", "")
    if not count:
        return ()
    return (f"{count} Authentication-Results under our mail server's name are not from it and were not believed",)
