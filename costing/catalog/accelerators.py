"""Names of accelerators, read into family, form and memory; must not import Django."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MEMORY = re.compile(r"(\d{1,4})GB", re.ASCII)
_FORMS = frozenset({"NVL", "SXM", "SXM4", "SXM5", "SXM6", "PCIE"})
_MAKERS = frozenset({"NVIDIA", "AMD", "INTEL", "INSTINCT", "TESLA"})


@dataclass(frozen=True)
class Accelerator:
    """One kind of accelerator; memory in GB and form are None where the name does not say."""

    family: str
    memory_gb: int | None = None
    form: str | None = None


def read_accelerator(name: str) -> Accelerator:
    """The accelerator behind a name such as `H100-NVL-94GB`, `A100-80GB` or `NVIDIA L40S`."""
    parts = [part for part in re.split(r"[\s_-]+", name.strip().upper()) if part not in _MAKERS]
    memory = next((int(found[1]) for part in parts if (found := _MEMORY.fullmatch(part))), None)
    form = next((part for part in parts if part in _FORMS), None)
    family = [part for part in parts if part not in _FORMS and not _MEMORY.fullmatch(part)]
    return Accelerator("".join(family), memory, form)


def stands_in_for(offered: Accelerator, measured: Accelerator) -> bool:
    """Whether what one accelerator was measured at may be run on another of its family.

    It needs no less memory; an unstated one is taken to be enough.
    """
    if offered.family != measured.family:
        return False
    if offered.memory_gb is None or measured.memory_gb is None:
        return True
    return offered.memory_gb >= measured.memory_gb
