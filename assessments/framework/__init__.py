"""The assessment framework as validated, versioned data; must not import Django."""

from assessments.framework.definitions import (
    LEVELS,
    ActionTemplate,
    Anchor,
    Band,
    Check,
    Coverage,
    Dimension,
    Lever,
    NotApplicableReason,
    Origin,
    Phase,
    Refutation,
    Stage,
    TargetRange,
    Trigger,
)
from assessments.framework.loading import (
    InvalidFields,
    InvalidFramework,
    load_framework,
    parse_framework,
    read_framework,
    versions,
)
from assessments.framework.version import Framework
