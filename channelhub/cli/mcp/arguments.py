"""The arguments that several tools take."""

from typing import Annotated, Literal

from pydantic import Field

CustomerId = Annotated[str, Field(pattern=r"^[0-9]{1,19}$", description="A customer's id.")]
ConversationId = Annotated[
    str, Field(pattern=r"^[0-9]{1,19}$", description="A conversation's id, from a timeline or an incident.")
]
OutageId = Annotated[str, Field(pattern=r"^[0-9]{1,19}$", description="An outage's id.")]
Before = Annotated[
    str, Field(pattern=r"^([0-9]{1,19}(\.[0-9]{1,19})?)?$", description="`next` of the page before; empty at first.")
]
Limit = Annotated[int, Field(ge=1, le=50, description="At most so many.")]
Language = Annotated[Literal["en", "uk", "ru"], Field(description="Of the hub's own sentences.")]
