"""The kit as one ZIP: only the files that the case calls for, and the same bytes every time."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from reports.documents.kit.alerts import alert_files
from reports.documents.kit.case import KitCase, Part
from reports.documents.kit.evals import eval_files
from reports.documents.kit.figures import figures_of
from reports.documents.kit.gateway import gateway_files
from reports.documents.kit.readme import readme
from reports.documents.kit.serving import serving_files
from reports.documents.kit.telemetry import telemetry_files
from reports.snapshots.payload import Payload

MAKERS = {
    Part.TELEMETRY: telemetry_files,
    Part.GATEWAY: gateway_files,
    Part.EVALS: eval_files,
    Part.SERVING: serving_files,
    Part.ALERTS: alert_files,
}
FILE, PROGRAM = 0o100644 << 16, 0o100755 << 16


def kit_files(payload: Payload, sha256: str) -> dict[str, str]:
    """Every file of the kit by its path, the README first."""
    case = KitCase(payload)
    figures = figures_of(case)
    files: dict[str, str] = {}
    for part in case.parts:
        files |= MAKERS[part](case, figures)
    return {"README.md": readme(case, figures, files, sha256), **files}


def kit_bytes(payload: Payload, sha256: str) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, text in kit_files(payload, sha256).items():
            entry = ZipInfo(f"starter-kit/{name}")  # of 1980, so that the bytes are the same
            entry.create_system = 3  # its rights are those of Unix
            entry.external_attr = PROGRAM if name.endswith(".sh") else FILE
            archive.writestr(entry, text.encode("utf-8"), ZIP_DEFLATED)
    return buffer.getvalue()
