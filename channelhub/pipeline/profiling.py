"""What a trusted account says of a customer: addresses that belong together, name, language, class, further facts."""

from channelhub.domain.inbound import CustomerProfile
from channelhub.domain.times import to_us
from channelhub.pipeline.arrival import Arrived, claims_of
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.rulebook import Rulebook
from channelhub.rules.identity import identity_id
from channelhub.store.profiles import Profile


def note(desk: Desk, book: Rulebook, arrived: Arrived, item: CustomerProfile) -> None:
    """Meet the customer, and keep what is said of them. A time in the future counts as that of arrival."""
    claims = claims_of(arrived, book)
    updated_us = to_us(min(item.updated_at, arrived.received_at))
    desk.meet(claims, name=item.sender.name, language=item.language, at_us=updated_us)
    told = Profile(
        identity_id=identity_id(claims[0].key),
        account=arrived.raw.account,
        segment=item.segment,
        attributes=item.attributes,
        updated_us=updated_us,
        inbox_id=arrived.inbox_id,
    )
    key = (told.identity_id, told.account)
    known = desk.written.profiles.get(key)
    if known is None or told.rank > known.rank:
        desk.written.profiles[key] = told
