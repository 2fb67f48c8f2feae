"""Operations of a migration that are done at once write what they write one after the other."""

from collections.abc import Iterable

import pytest
from django.db import connection, models
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    RemoveConstraint,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from organizations.migrations._at_once import AtOnce

pytestmark = pytest.mark.django_db
APP = "library"
MADE = CreateModel(
    "Book",
    [("id", models.BigAutoField(primary_key=True)), ("title", models.CharField(max_length=80))],
    options={"constraints": [models.UniqueConstraint(fields=["title"], name="unique")]},
)
OPERATIONS = (
    RemoveConstraint("book", "unique"),
    AddField("book", "shelf", models.PositiveIntegerField(default=1)),
    AlterField("book", "title", models.TextField()),
    AddConstraint("book", models.UniqueConstraint(fields=["title", "shelf"], name="unique")),
    AddIndex("book", models.Index(fields=["shelf"], name="by_shelf")),
)


def statements(operations: Iterable[Operation], *, is_back: bool) -> list[str]:
    """The SQL of operations one after the other, or of undoing them."""
    state = ProjectState()
    MADE.state_forwards(APP, state)
    state.apps  # noqa: B018 - made before, as a migration's are
    steps = []
    for operation in operations:
        before = state.clone()
        operation.state_forwards(APP, state)
        steps.append((operation, before, state.clone()))
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        for operation, before, after in reversed(steps) if is_back else steps:
            if is_back:
                operation.database_backwards(APP, editor, after, before)
            else:
                operation.database_forwards(APP, editor, before, after)
    return [str(line) for line in editor.collected_sql]


@pytest.mark.parametrize("is_back", [False, True])
def test_operations_at_once_write_the_same(is_back: bool) -> None:
    at_once = statements([AtOnce(*OPERATIONS)], is_back=is_back)

    assert at_once == statements(OPERATIONS, is_back=is_back)
    assert len(at_once) >= len(OPERATIONS)


def test_operations_at_once_make_their_models_when_asked() -> None:
    state = ProjectState()
    MADE.state_forwards(APP, state)
    made = state.apps.get_model(APP, "book")

    AtOnce(*OPERATIONS).state_forwards(APP, state)

    assert "apps" not in vars(state)
    assert state.apps.get_model(APP, "book") is not made
    assert {field.name for field in state.apps.get_model(APP, "book")._meta.fields} == {
        "id",
        "title",
        "shelf",
    }
