"""Fixtures of the tests of organizations."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from pytest_django.fixtures import Settings

from config.settings import base


@pytest.fixture
def limits(settings: Settings) -> Iterator[None]:
    """Limit as production does, and start with nothing counted."""
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
    cache.clear()
    yield
    cache.clear()
