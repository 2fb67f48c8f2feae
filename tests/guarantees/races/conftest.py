"""Fixtures of the races."""

import pytest

from tests.world import World


@pytest.fixture
def world(committed_db: None, world: World) -> World:
    """The cast, stored for real."""
    return world
