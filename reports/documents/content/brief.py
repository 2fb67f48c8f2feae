"""The executive brief: three pages of presentable content from a payload alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.documents.content.economics import Economics, economics_content
from reports.documents.content.figures import Figure, standing_figure
from reports.documents.content.identity import Identity, identity_of
from reports.documents.content.plan import Plan, plan_content
from reports.documents.content.standing import Standing, standing_content


@dataclass(frozen=True)
class Brief:
    """All that the brief prints."""

    identity: Identity
    standing: Standing
    standing_figure: Figure
    economics: Economics
    plan: Plan


def brief_content(payload: Mapping[str, Any], sha256: str) -> Brief:
    """The brief of a frozen payload."""
    return Brief(
        identity=identity_of(payload, sha256),
        standing=standing_content(payload),
        standing_figure=standing_figure(payload),
        economics=economics_content(payload),
        plan=plan_content(payload),
    )
