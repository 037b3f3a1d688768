"""How large an outage is, weighing customers by their class, and which level that reaches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Reached when so many customers report an outage, each counted with the weight of their class."""

    name: str
    customers: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationRules:
    """`levels` in ascending order; a class without a weight has 1."""

    levels: tuple[Level, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)

    def size(self, classes: Mapping[str, int]) -> float:
        """Different customers by class, weighed."""
        return sum(count * self.weights.get(name, 1.0) for name, count in classes.items())

    def above(self, reached: str) -> Sequence[Level]:
        """The levels that come after the one already reached; all where that one isn't known any more."""
        names = [level.name for level in self.levels]
        return self.levels[names.index(reached) + 1 :] if reached in names else self.levels

    def newly_reached(self, reached: str, size: float) -> Sequence[Level]:
        """The levels beyond `reached` that an outage of this size has come to, lowest first."""
        return [level for level in self.above(reached) if size >= level.customers]
