"""Operations whose models are made once for all of them, not anew after each."""

from typing import Any

from django.db.migrations.operations.base import Operation


class AtOnce(Operation):
    """Operations of which none needs what another one does to the models.

    Django makes the models that refer to a changed one anew after every operation: nearly all
    refer to the organization. Here each operation sees the models before all and after all of
    them: it alters no field that another one adds or alters, and no model that another one makes.
    """

    def __init__(self, *operations: Operation) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change what the models are made of; they are made when they are next asked for."""
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Do each operation."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Undo each operation, the last first."""
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Say what `migrate --plan` shows."""
        return "; ".join(operation.describe() for operation in self.operations)
