"""The API's description holds: valid without a warning, and true of whatever is sent (V2).

SCHEMATHESIS_EXAMPLES sets how many requests each operation gets; beyond the suite's few they are
drawn anew each time.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client as Browser
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    load_all_checks,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.failures import FailureGroup

from config.wsgi import application
from tests.api.description import document
from tests.api.table import ROWS
from tests.permission_table import PATH_NAMES, SHARED
from tests.world import World

load_all_checks()
IN_SUITE = 6
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", IN_SUITE))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
CSRF = "c" * 32


def real_names(world: World) -> dict[str, Any]:
    """Return what the names in a path may hold: rows of one client."""
    kinds = sorted({kind for row in ROWS for kind in row.things})
    made = world.things[world.client.pk]
    # What has more behind it stands in for the plain kind: a computed scenario for a scenario.
    rows = {
        PATH_NAMES.get(kind, kind): made[kind]
        for kind in sorted(kinds, key=PATH_NAMES.__contains__)
    }
    return {
        "org": world.organization.slug,
        **{name: value for row in ROWS for name, value in row.path.items()},
        **{name: str(row_id) for name, row_id in rows.items()},
        **{name: str(made[name]) for name in SHARED},
    }


def signed_in(world: World) -> dict[str, dict[str, str]]:
    """Return what an owner's browser sends along."""
    browser = world.login(Browser(), "owner")
    cookies = {"sessionid": browser.cookies["sessionid"].value, "csrftoken": CSRF}
    # The caller reads bodies as they come: it cannot unpack them.
    return {"cookies": cookies, "headers": {"X-CSRFToken": CSRF, "Accept-Encoding": "identity"}}


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Keep the connection between requests, as Django's own test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_a_documented_one(
    stocked: World,
    mode: GenerationMode,
    record_property: Callable[[str, object], None],
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
    names, sent = real_names(stocked), signed_in(stocked)
    failures: list[str] = []
    calls = 0

    for result in schema.get_all_operations():
        operation = result.ok()

        @hypothesis_settings(
            max_examples=EXAMPLES,
            derandomize=EXAMPLES == IN_SUITE,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(
            case=operation.as_strategy(generation_mode=mode),
            is_real=st.sampled_from([True, True, True, False]),
        )
        def send(case: Case, is_real: bool) -> None:
            nonlocal calls
            calls += 1
            if is_real:
                real = {
                    name: names.get(name, given) for name, given in case.path_parameters.items()
                }
                case.path_parameters = real
            case.headers.pop("Authorization", None)
            try:
                case.validate_response(case.call(**sent), checks=CHECKS)
            except FailureGroup as group:
                failures.extend(f"{case.method} {case.path}: {each}" for each in group.exceptions)

        send()

    record_property("calls", calls)
    assert failures == []
    assert calls >= EXAMPLES


def test_schema_is_valid_without_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "schema.yaml"

    call_command("spectacular", "--validate", "--fail-on-warn", file=str(path))

    assert path.read_text().startswith("openapi: 3.")


def test_every_path_stands_in_the_document() -> None:
    text = (settings.BASE_DIR / "docs" / "api.md").read_text(encoding="utf-8")
    parts = {
        part
        for path in document()["paths"]
        for part in path.removeprefix("/api/v1/").strip("/").split("/")
        if part and not part.startswith("{")
    }

    missing = {part for part in parts - {"organizations"} if f"`{part}/`" not in text}

    assert missing == set()
