"""The executive brief: three pages of presentable content from a payload alone."""

from dataclasses import dataclass

from reports.documents.content.economics import Economics, economics_content
from reports.documents.content.identity import Identity, identity_of
from reports.documents.content.plan import Plan, plan_content
from reports.documents.content.standing import Standing, standing_content
from reports.snapshots.payload import Payload


@dataclass(frozen=True)
class Brief:
    """All that the brief prints."""

    identity: Identity
    standing: Standing
    economics: Economics
    plan: Plan


def brief_content(payload: Payload, sha256: str) -> Brief:
    """The brief of a frozen payload."""
    return Brief(
        identity=identity_of(payload, sha256),
        standing=standing_content(payload),
        economics=economics_content(payload),
        plan=plan_content(payload),
    )
