"""Several applications of a scenario: what each has of its own, and what they share (section 9)."""

import re
from typing import Annotated

from pydantic import BeforeValidator

from costing.engine.inputs import readers
from costing.engine.inputs.fields import Group, Input, Ratio, Section, invalid
from costing.engine.inputs.latency import Latency
from costing.engine.inputs.models import Model, Routing, SemanticCache
from costing.engine.inputs.workload import Workload

MAX_APPLICATIONS = 50
MAX_KEY_LENGTH, MAX_TITLE_LENGTH = 40, 120
RESERVED_KEYS = ("pool", "shared", "simple", "complex")
"""What names lines of a bill beside the applications."""

OWN_SECTIONS = (
    *("workload", "premium_model", "small_model", "routing", "semantic_cache", "latency"),
)
"""The sections of a scenario that an application may have of its own."""


def _read_key(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", value, re.ASCII):
        raise invalid("must be a name of a–z, 0–9, - and _")
    if len(value) > MAX_KEY_LENGTH:
        raise invalid(f"must have at most {MAX_KEY_LENGTH} characters")
    if value in RESERVED_KEYS:
        raise invalid("must not be " + ", ".join(RESERVED_KEYS))
    return value


def _read_title(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_TITLE_LENGTH:
        raise invalid(f"must be a text of at most {MAX_TITLE_LENGTH} characters")
    return value


class Application(Section):
    """One of several applications; a section that it leaves out it takes from the scenario."""

    key: Annotated[str, BeforeValidator(_read_key)] = Input(
        "Key",
        help="Names its lines in a bill.",
        schema={"pattern": "^[a-z0-9][a-z0-9_-]*$", "maxLength": MAX_KEY_LENGTH},
    )
    title: Annotated[str, BeforeValidator(_read_title)] | None = Input(
        "Title", default=None, empty="the key", schema={"maxLength": MAX_TITLE_LENGTH}
    )
    share: Ratio | None = Input(
        "Share",
        "% of the requests",
        "Of the scenario's workload; instead of a workload of its own.",
        default=None,
    )
    workload: Annotated[Workload | None, Group("Workload")] = None
    premium_model: Annotated[Model | None, Group("Premium model")] = None
    small_model: Annotated[Model | None, Group("Small model")] = None
    routing: Annotated[Routing | None, Group("Routing")] = None
    semantic_cache: Annotated[SemanticCache | None, Group("Semantic cache")] = None
    latency: Annotated[Latency | None, Group("Latency target")] = None
    levers_allowed: Annotated[tuple[str, ...] | None, BeforeValidator(readers.read_levers)] = Input(
        "Levers allowed",
        help="The others stay off for this application.",
        default=None,
        empty="all",
        schema=readers.LEVERS_SCHEMA,
    )

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.title or self.key
