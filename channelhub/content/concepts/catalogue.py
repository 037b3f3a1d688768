"""Everyday support concepts as words of three languages: the data of `lexicon`.

Each line of a field: the concept's id, then Russian, Ukrainian and English words in any one form (they are stemmed when
loaded), all that people say for one thing, the colloquial with the proper. A word with a mark `=` is meant in this form
only, because its stem is that of another word (Ukrainian `водій` and `вода`). Words joined by `_` are said one after
the other (`log_in`). A word names one concept only. General vocabulary of services people pay for; no product names.
"""

from typing import Final

from channelhub.content.concepts import (
    access,
    actions,
    banking,
    delivery,
    devices,
    faults,
    leisure,
    payments,
    services,
    shopping,
    software,
    telecom,
    transport,
    utilities,
)

#: id, Russian, Ukrainian, English
CONCEPTS: Final[tuple[tuple[str, str, str, str], ...]] = (
    *access.CONCEPTS,
    *actions.CONCEPTS,
    *banking.CONCEPTS,
    *delivery.CONCEPTS,
    *devices.CONCEPTS,
    *faults.CONCEPTS,
    *leisure.CONCEPTS,
    *payments.CONCEPTS,
    *services.CONCEPTS,
    *shopping.CONCEPTS,
    *software.CONCEPTS,
    *telecom.CONCEPTS,
    *transport.CONCEPTS,
    *utilities.CONCEPTS,
)
