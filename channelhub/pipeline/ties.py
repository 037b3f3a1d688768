"""The links that a batch knows: who is joined with whom, and which pairs a person took apart."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from channelhub.domain.people import Link, Revocation
from channelhub.rules.identity import CROWD


def _said_apart_first(link: Link) -> tuple[bool, int]:
    """A person's word on just these two before that on an identity's whole place; then the latest."""
    return link.revocation is not Revocation.APART, -(link.revoked_us or 0)


class Ties:
    """Links by id, and the identities that each identity has links with, revoked ones among them."""

    def __init__(self) -> None:
        self._links: dict[int, Link] = {}
        self._neighbours: dict[int, set[int]] = defaultdict(set)
        self._apart: dict[tuple[int, int], Link] = {}  # pairs that a person took apart, and a link that says how

    def known(self, link_id: int) -> Link | None:
        return self._links.get(link_id)

    def remember(self, link: Link) -> None:
        self._links[link.id] = link
        self._neighbours[link.left_id].add(link.right_id)
        self._neighbours[link.right_id].add(link.left_id)
        if link.revocation is not None and link.revocation.passes_on is not None:
            pair = (link.left_id, link.right_id)
            self._apart[pair] = min(self._apart.get(pair, link), link, key=_said_apart_first)

    def is_at_a_crowd(self, link: Link) -> bool:
        """An end of it is everybody's address: one link more says nothing, and would have to be read each time."""
        return any(len(self._neighbours[end]) > CROWD for end in (link.left_id, link.right_id))

    def as_people_left(self, link: Link) -> Link:
        """New evidence as what a person did to its pair leaves it."""
        apart = self._apart.get((link.left_id, link.right_id))
        if apart is None or apart.revocation is None:
            return link
        return replace(
            link,
            revoked_us=apart.revoked_us,
            revocation=apart.revocation.passes_on,
            taken_out_id=apart.taken_out_id,
        )

    def among(self, identity_ids: Iterable[int]) -> list[Link]:
        """The links of which both ends are among these."""
        ids = set(identity_ids)
        return [link for link in self._links.values() if link.left_id in ids and link.right_id in ids]

    def reach(self, identity_id: int) -> set[int]:
        """The identity and all that links lead to from it."""
        seen, frontier = {identity_id}, [identity_id]
        while frontier:
            for neighbour in self._neighbours[frontier.pop()]:
                if neighbour not in seen:
                    seen.add(neighbour)
                    frontier.append(neighbour)
        return seen
