"""What pages say of scores and of the roadmap; pure, must not import Django."""

from assessments.content.redraft import redraft_page
from assessments.content.roadmap import (
    RoadmapPage,
    maturity_worth,
    roadmap_outlook,
    roadmap_page,
)
from assessments.content.scorecard import ScorecardPage, ScorecardRow, scorecard_page
