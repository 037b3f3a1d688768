"""Made-up people through the real pipeline: nobody is joined wrongly, no impersonator is, suggestions find the rest."""

import asyncio
from pathlib import Path

import pytest

from bench.identity.playing import play
from bench.identity.population import make
from bench.identity.scoring import score


@pytest.mark.slow
def test_nobody_is_joined_wrongly_and_suggestions_find_the_rest(tmp_path: Path) -> None:
    world = make(seed=5, people=40)
    found = score(world, asyncio.run(play(tmp_path, world)))

    assert found.automatic > 50
    assert found.precision == 1.0
    assert found.impersonated == 0
    assert found.recall >= 0.98
    assert found.traced_automatic < found.traced_settled, "suggestions add to what is proved"


def test_a_seed_makes_the_same_world_again() -> None:
    first, again = make(seed=3, people=20), make(seed=3, people=20)

    assert (first.deliveries, first.owners, first.traces) == (again.deliveries, again.owners, again.traces)
    assert first.deliveries != make(seed=4, people=20).deliveries
