"""The recommendation: what to change, and in which order."""

from assessments.recommendation.choosing import recommend, way_to
from assessments.recommendation.options import (
    CENT,
    LEAST_DAY_USD,
    MATERIALITY_RATIO,
    MOST_DAY_USD,
    Change,
    ChangeKind,
    NotRecommended,
    Options,
    Recommendation,
    State,
    Step,
    least_difference_usd,
    repaid_usd_per_day,
)
from assessments.recommendation.parts import effort_of_all, together, with_shared_effort
