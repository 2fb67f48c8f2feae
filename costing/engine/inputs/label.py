"""What one figure and one part of the scenario form are; must not import Django."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One typed number of the document."""

    path: str
    label: str
    unit: str
    help: str = ""
    is_percent: bool = False
    is_required: bool = False
    default: str = ""

    @property
    def name(self) -> str:
        """The form field's name."""
        return self.path.replace(".", "__")

    @property
    def section(self) -> str:
        """The document's section, empty for a figure of the whole document."""
        return self.path.rpartition(".")[0]

    @property
    def key(self) -> str:
        """The figure's key inside its section."""
        return self.path.rpartition(".")[2]


@dataclass(frozen=True)
class Section:
    """One part of the form; an optional one is switched on by its own tick."""

    key: str
    title: str
    intro: str
    figures: tuple[Figure, ...] = ()
    advanced: tuple[Figure, ...] = ()
    switch: str = ""

    @property
    def switch_name(self) -> str:
        """The tick's field name."""
        return f"with_{self.key}"
