"""The evaluation's part of the kit: a suite that pytest runs, and samples to begin with."""

import json
from pathlib import Path

from reports.documents.kit.case import KitCase
from reports.documents.kit.figures import Figures
from reports.documents.kit.writing import as_json, number

SUITE = Path(__file__).with_name("suite.py")
# They show the four ways to check; a client's own cases replace them.
SAMPLES: tuple[dict[str, object], ...] = (
    {
        "id": "exact",
        "prompt": "Is 17 a prime number? Answer with one word: yes or no.",
        "expect": {"equals": "yes"},
    },
    {
        "id": "contains",
        "prompt": "The meeting moved from 9:30 to 14:15. When does it start? Give the time.",
        "expect": {"contains": ["14:15"]},
    },
    {
        "id": "pattern",
        "prompt": "Write the date 5 November 2026 as YYYY-MM-DD and nothing else.",
        "expect": {"matches": "^2026-11-05$"},
    },
    {
        "id": "structure",
        "prompt": 'Give the order number and the amount of "Order 8841, 120.50 EUR" as JSON with'
        ' the keys "order" and "amount", and nothing else.',
        "expect": {"json": {"order": 8841, "amount": 120.5}},
    },
)


def eval_files(case: KitCase, figures: Figures) -> dict[str, str]:
    ratio = number(figures.pass_ratio, "REPLACE_ME_PASS_RATIO")
    return {
        "evals/test_evals.py": SUITE.read_text(encoding="utf-8"),
        "evals/samples.jsonl": "".join(json.dumps(sample) + "\n" for sample in SAMPLES),
        "evals/thresholds.json": as_json({"pass_ratio": ratio}),
    }
