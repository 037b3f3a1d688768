"""What an account would make of a sample post, for the person who sets it up."""

from dataclasses import dataclass

from channelhub.domain.inbound import Inbound


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsedItem:
    """One item: the part of the configuration that read it, and what of that found nothing or nothing it can use."""

    item: Inbound | None  # None: the configuration says that it gives nothing
    read_by: str = ""  # empty: nothing fits
    not_found: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    fault: str = ""  # why what fits could not read it


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What would happen to the post. `refusal` says why it would be refused, `unparseable` why it would be parked."""

    delivery_id: str
    refusal: str = ""
    unparseable: str = ""
    items: tuple[RehearsedItem, ...] = ()
