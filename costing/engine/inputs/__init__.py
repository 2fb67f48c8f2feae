"""The inputs of the cost model: their one declaration, and the reading of untrusted documents."""

from costing.engine.inputs.currency import currency_of
from costing.engine.inputs.default_ranges import (
    Basis,
    applicable_inputs,
    default_ranges,
    measurement_range,
)
from costing.engine.inputs.errors import InvalidScenario
from costing.engine.inputs.fields import Group, Number
from costing.engine.inputs.figures import (
    figure_at,
    scenario_document,
    with_figures,
    with_requests,
)
from costing.engine.inputs.models import (
    BESIDE_REFERENCE,
    MODEL_SECTIONS,
    ModelPrices,
    Routing,
    SemanticCache,
    Tier,
)
from costing.engine.inputs.outlook import Outlook
from costing.engine.inputs.parse import parse_scenario
from costing.engine.inputs.pool import SCALINGS, Pool
from costing.engine.inputs.readers import MAX_PAIRS
from costing.engine.inputs.registry import (
    InputField,
    InputSection,
    all_inputs,
    application_input,
    figures,
    input_at,
    input_named,
    sections,
)
from costing.engine.inputs.rules import referring_models
from costing.engine.inputs.scenario import (
    MAX_RANGES,
    Range,
    Scenario,
    default_pairs,
    ranges_document,
)
from costing.engine.inputs.schema import json_schema
from costing.engine.inputs.stated import Stated
from costing.engine.inputs.workload import Workload
