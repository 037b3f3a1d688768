"""Whose living votes there are: what a new vote of the same customer, or of the same unverified origin, takes over."""

from collections.abc import Callable, Sequence

_WALKED = 8  # living votes of one customer or origin that are looked through; of more, those of each term are kept


class Customers:
    """For each customer the numbers of the votes that are alive, or the newest of each term where there are many."""

    def __init__(self, terms_of: Callable[[int], Sequence[str]]) -> None:
        self._terms_of = terms_of
        self._few: dict[int, tuple[int, ...]] = {}
        self._many: dict[int, dict[str, int]] = {}

    def __contains__(self, customer: int) -> bool:
        """Whether he has a living vote."""
        return customer in self._few or customer in self._many

    def earlier(self, customer: int, terms: Sequence[str]) -> list[tuple[str, int]]:
        """For each of the terms that the customer used already, the newest vote he used it in."""
        numbers = self._few.get(customer)
        if numbers is not None:
            newest: dict[str, int] = {}
            for number in numbers:
                newest.update(dict.fromkeys(self._terms_of(number), number))
            return [(term, newest[term]) for term in terms if term in newest]
        many = self._many.get(customer)
        return [] if many is None else [(term, many[term]) for term in terms if term in many]

    def add(self, customer: int, number: int, terms: Sequence[str]) -> None:
        many = self._many.get(customer)
        if many is not None:
            many.update(dict.fromkeys(terms, number))
            return
        numbers = self._few.get(customer)
        if numbers is None:
            self._few[customer] = (number,)
            return
        numbers = self._few[customer] = (*numbers, number)
        if len(numbers) > _WALKED:
            del self._few[customer]
            many = self._many[customer] = {}
            for one in numbers:
                many.update(dict.fromkeys(self._terms_of(one), one))

    def expire(self, customer: int, number: int, terms: Sequence[str]) -> None:
        """Forget the customer's oldest vote."""
        numbers = self._few.get(customer)
        if numbers is not None:
            if len(numbers) == 1:
                del self._few[customer]
            else:
                self._few[customer] = numbers[1:]
            return
        many = self._many[customer]
        for term in terms:
            if many.get(term) == number:
                del many[term]
        if not many:
            del self._many[customer]


class Origins:
    """For each unverified origin the votes that count, at most `cap` under one term."""

    def __init__(self, cap: int, terms_of: Callable[[int], Sequence[str]], counts: Callable[[str, int], bool]) -> None:
        self._cap = cap
        self._terms_of, self._counts = terms_of, counts
        self._few: dict[str, tuple[int, ...]] = {}  # a few living votes, whether they count or not
        self._many: dict[str, dict[str, list[int]]] = {}  # under each term those that count, oldest first

    def is_full(self, origin: str) -> bool:
        """Whether it has so many living votes that a further one may be one too many."""
        return origin in self._many or len(self._few.get(origin, ())) >= self._cap

    def surplus(self, origin: str, terms: Sequence[str]) -> list[tuple[str, int]]:
        """The terms under which no further vote of the origin has room, and the oldest, which must go."""
        many = self._many.get(origin)
        if many is None:
            numbers = self._few.get(origin, ())
            if len(numbers) < self._cap:
                return []
            if len(numbers) <= max(_WALKED, self._cap):
                return self._walk(numbers, terms)
            many = self._spread(origin, numbers)
        return [(term, many[term][0]) for term in terms if len(many.get(term, ())) >= self._cap]

    def add(self, origin: str, number: int, terms: Sequence[str]) -> None:
        many = self._many.get(origin)
        if many is None:
            self._few[origin] = (*self._few.get(origin, ()), number)
            return
        for term in terms:
            many.setdefault(term, []).append(number)

    def remove(self, origin: str, term: str, number: int) -> None:
        """A vote of the origin counts no longer under a term."""
        many = self._many.get(origin)
        if many is not None and number in many.get(term, ()):
            many[term].remove(number)
            if not many[term]:
                del many[term]

    def expire(self, origin: str, number: int, terms: Sequence[str]) -> None:
        """Forget the origin's oldest vote."""
        numbers = self._few.get(origin)
        if numbers is not None:
            left = tuple(one for one in numbers if one != number)
            if left:
                self._few[origin] = left
            else:
                del self._few[origin]
            return
        for term in terms:
            self.remove(origin, term, number)
        if not self._many.get(origin):  # of its living votes none counts
            self._many.pop(origin, None)

    def _walk(self, numbers: Sequence[int], terms: Sequence[str]) -> list[tuple[str, int]]:
        asked = frozenset(terms)
        having: dict[str, list[int]] = {}
        for number in numbers:
            for term in asked.intersection(self._terms_of(number)):
                having.setdefault(term, []).append(number)
        found = []
        for term in terms:
            if len(having.get(term, ())) >= self._cap:
                counted = [number for number in having[term] if self._counts(term, number)]
                if len(counted) >= self._cap:
                    found.append((term, counted[0]))
        return found

    def _spread(self, origin: str, numbers: Sequence[int]) -> dict[str, list[int]]:
        many: dict[str, list[int]] = {}
        for number in numbers:
            for term in self._terms_of(number):
                if self._counts(term, number):
                    many.setdefault(term, []).append(number)
        del self._few[origin]
        self._many[origin] = many
        return many
