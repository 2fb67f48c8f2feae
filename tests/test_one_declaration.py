"""What an input is called and accepts, and which strategies there are, is written once."""

import re
from pathlib import Path

from costing.engine import LEVERS, STRATEGIES
from costing.engine.inputs import all_inputs

ROOT = Path(__file__).parents[1]
NUMBERS = [item for item in all_inputs() if item.number]
PACKAGES = ("config", "reports", "costing", "assessments", "presentation")
DECLARATIONS = ROOT / "costing" / "engine" / "inputs"
# Short labels like "Input" are words of the language.
LABELS = {item.label for item in NUMBERS if len(item.label) > 12}
DEFAULTS = {item.key: float(item.default) for item in NUMBERS if item.default}
REPEATED = re.compile(r"""["'](?:\w+\.)?(\w+)["']:\s*(?:Number\(|([\d.]+)[,}\s])""")


def source_files() -> list[Path]:
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return [
        path
        for path in files
        if DECLARATIONS not in path.parents and "migrations" not in path.parts
    ]


def test_no_label_of_an_input_is_written_a_second_time() -> None:
    texts = {path: path.read_text() for path in source_files()}
    texts |= {path: path.read_text() for path in (ROOT / "templates").rglob("*.html")}

    second = {
        f"{path.relative_to(ROOT)}: {label}"
        for path, text in texts.items()
        for label in LABELS
        if f'"{label}"' in text or f">{label}<" in text
    }

    assert second == set()


def test_no_bound_or_default_of_an_input_is_written_a_second_time() -> None:
    second = {
        f"{path.relative_to(ROOT)}: {key}"
        for path in source_files()
        for key, value in REPEATED.findall(path.read_text())
        if key in DEFAULTS and (not value or float(value) == DEFAULTS[key])
    }

    assert second == set()


def test_no_list_of_strategies_or_levers_is_written_a_second_time() -> None:
    """Titles are mappings; what lists three strategies or levers in a row repeats the engine."""
    names = "|".join({*STRATEGIES, *LEVERS})
    listed = re.compile(rf'(?:"(?:{names})",\s*){{2}}"(?:{names})"')

    second = [
        str(path.relative_to(ROOT))
        for path in source_files()
        if listed.search(path.read_text()) and path.name != "levers.py"
    ]

    assert second == []
