"""Asks a model every sample and fails where too few of its answers pass.

    EVAL_BASE_URL=http://localhost:4000/v1 EVAL_API_KEY=… EVAL_MODEL=premium pytest evals

samples.jsonl holds a prompt and what is expected of its answer: equals, contains, matches or json.
"""

import json
import os
import re
import urllib.request
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
TIMEOUT_S = 120


def ask(prompt: str) -> str:
    """Return what the model answers; any server with OpenAI's interface will do."""
    body = {
        "model": os.environ["EVAL_MODEL"],
        "messages": [{"role": "user", "content": prompt}],
        "temperature": 0,
    }
    request = urllib.request.Request(
        os.environ["EVAL_BASE_URL"].rstrip("/") + "/chat/completions",
        data=json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {os.environ['EVAL_API_KEY']}",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
        answer: str = json.load(response)["choices"][0]["message"]["content"] or ""
    return answer.strip()


def passes(answer: str, expect: dict[str, Any]) -> bool:
    """Tell whether an answer is what a sample expects, in every way that it names."""
    found = {
        "equals": answer.casefold().rstrip(".") == str(expect.get("equals", "")).casefold(),
        "contains": all(each in answer for each in expect.get("contains", ())),
        "matches": re.search(expect.get("matches", ""), answer) is not None,
        "json": parsed(answer) == expect.get("json"),
    }
    return all(found[name] for name in expect)


def parsed(answer: str) -> object:
    """Return the JSON of an answer, also out of a code block; None where there is none."""
    fenced = re.fullmatch(r"```(?:json)?\s*(.*?)\s*```", answer, re.DOTALL)
    try:
        return json.loads(fenced[1] if fenced else answer)
    except ValueError:
        return None


def test_enough_samples_pass() -> None:
    threshold = json.loads((FOLDER / "thresholds.json").read_text("utf-8"))["pass_ratio"]
    assert isinstance(threshold, int | float), f"evals/thresholds.json: replace {threshold}"
    lines = (FOLDER / "samples.jsonl").read_text("utf-8").splitlines()
    samples = [json.loads(line) for line in lines if line.strip()]
    assert samples, "evals/samples.jsonl has no sample"

    answers = {sample["id"]: ask(sample["prompt"]) for sample in samples}

    failed = [each["id"] for each in samples if not passes(answers[each["id"]], each["expect"])]
    ratio = 1 - len(failed) / len(samples)
    assert ratio >= threshold, f"{ratio:.0%} passed, {threshold:.0%} must; failed: {failed}"
