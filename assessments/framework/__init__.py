"""The assessment framework as validated, versioned data; must not import Django."""

from assessments.framework.definitions import (
    ActionTemplate,
    Anchor,
    Band,
    Check,
    Dimension,
    Lever,
    NotApplicableReason,
    Origin,
    Phase,
    Stage,
    Trigger,
)
from assessments.framework.loading import (
    LATEST,
    InvalidFramework,
    canonical_content,
    load_framework,
    parse_framework,
    versions,
)
from assessments.framework.version import Framework

__all__ = [
    "LATEST",
    "ActionTemplate",
    "Anchor",
    "Band",
    "Check",
    "Dimension",
    "Framework",
    "InvalidFramework",
    "Lever",
    "NotApplicableReason",
    "Origin",
    "Phase",
    "Stage",
    "Trigger",
    "canonical_content",
    "load_framework",
    "parse_framework",
    "versions",
]
