"""Renders HTML to PDF, each in a bounded process of its own that reaches only what it is handed."""

import json
import re
import socket
import tempfile
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.staticfiles import finders

from organizations.exceptions import DomainError
from reports.documents import renderers
from reports.documents.pdf_process import ENDING, REASON_OF_EXIT

FONT_MARKER = "fonts/inter-400.ttf"

FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  {folders}
  <cachedir>{cache}</cachedir>
  <cachedir>/var/cache/fontconfig</cachedir>
  <include ignore_missing="yes">{conf}/10-scale-bitmap-fonts.conf</include>
  <selectfont>
    <rejectfont><glob>*.woff2</glob></rejectfont>
    <rejectfont><glob>*Serif*</glob></rejectfont>
    <acceptfont><glob>*NotoSerifTibetan*</glob></acceptfont>
  </selectfont>
  <alias><family>sans-serif</family><prefer>{families}</prefer></alias>
</fontconfig>
"""
# Where the packages of Noto put their files; other fonts of the system are not looked at.
NOTO_FOLDERS = (
    "/usr/share/fonts/truetype/noto",
    "/usr/share/fonts/opentype/noto",
    str(Path("~/Library/Fonts").expanduser()),
)
# Inter has Latin alone; the first family that has a character draws it, else any other of Noto's.
FAMILIES = (
    "Inter",
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Noto Sans CJK {han}",
    "Noto Color Emoji",
)
KANA, HANGUL, HAN = "[\u3040-\u30ff]", "[\uac00-\ud7a3]", "[\u4e00-\u9fff]"

# The texts are at fault where the drawing used up its own CPU time, and never else.
REASONS = {
    "time": "The document takes too much computing to draw and was stopped. Shorten its texts.",
    "busy": "The machine was too busy to draw the document. Nothing was lost: ask for it again.",
    "memory": "The document needed too much memory to draw and was stopped.",
    "nesting": "The document is nested too deeply to be drawn.",
    "pages": "The document does not fit the pages it may fill.",
    "failed": "The document could not be drawn.",
}


RETRY_AFTER_S = 30


class RenderFailed(DomainError):
    """A document that could not be drawn: `reason` is a key of REASONS, `detail` is for the log."""

    code = "render_failed"
    status = 422

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(REASONS[reason])
        self.reason = reason
        self.detail = detail
        self.retry_after_s = RETRY_AFTER_S if reason == "busy" else None

    @property
    def spilling(self) -> list[str]:
        """The sections of the document that take more than a page, by their ids."""
        return self.detail.split("; spilling: ")[1:]


@dataclass(frozen=True)
class Bounds:
    """What one rendering may use; a usual one computes for a second or two.

    `wall_seconds` is how long it may wait for a machine that has other work to do.
    """

    cpu_seconds: float = 60.0
    wall_seconds: float = field(default_factory=lambda: settings.DOCUMENT_TIME_LIMIT_SECONDS)
    memory_bytes: int = 1024 * 1024 * 1024


def fonts_folder() -> Path:
    """The folder of the bundled typeface."""
    found = finders.find(FONT_MARKER)
    if not found:
        raise RenderFailed("failed", f"{FONT_MARKER} is missing from the static files")
    return Path(found).parent


def render_pdf(
    html: str,
    assets: Mapping[str, bytes] | None = None,
    *,
    pages: int | None = None,
    bounds: Bounds | None = None,
    fonts: Path | None = None,
) -> bytes:
    """Draw `html` as PDF/UA; `asset:NAME` is one of `assets`, every other address is refused.

    With `pages` the document must have exactly that many. The same input gives the same bytes.
    Raises RenderFailed.
    """
    bounds = bounds or Bounds()
    order = {
        "html": html,
        "assets": {name: b64encode(body).decode() for name, body in (assets or {}).items()},
        "pages": pages,
        "cpu_seconds": bounds.cpu_seconds,
        "memory_bytes": bounds.memory_bytes,
    }
    with tempfile.TemporaryDirectory(prefix="crossover-pdf-") as folder:
        order["environment"] = _environment(Path(folder), fonts or fonts_folder(), han_shapes(html))
        return _drawn(json.dumps(order).encode(), bounds)


def han_shapes(text: str) -> str:
    """Whose shapes of the Chinese characters a text asks for: `JP`, `KR`, `TC` or `SC`."""
    if re.search(KANA, text):
        return "JP"
    if re.search(HANGUL, text):
        return "KR"
    characters = "".join(re.findall(HAN, text))
    is_traditional = _can_write(characters, "big5") and not _can_write(characters, "gb2312")
    return "TC" if is_traditional else "SC"


def _can_write(characters: str, code: str) -> bool:
    return len(characters.encode(code, "ignore").decode(code)) == len(characters)


def _environment(folder: Path, fonts: Path, han: str) -> dict[str, str]:
    """What the drawing process finds: folders that end with it, no font but Inter and Noto."""
    conf = folder / "fonts.conf"
    conf.write_text(
        FONTS_CONF.format(
            folders="".join(f"<dir>{escape(name)}</dir>" for name in (str(fonts), *NOTO_FOLDERS)),
            families="".join(f"<family>{name.format(han=han)}</family>" for name in FAMILIES),
            cache=escape(str(folder / "cache")),
            conf="/usr/share/fontconfig/conf.avail",  # coloured emoji are pictures of one size
        ),
        encoding="utf-8",
    )
    private = {"HOME": str(folder), "TMPDIR": str(folder), "XDG_CACHE_HOME": str(folder)}
    return {"FONTCONFIG_FILE": str(conf), **private}


def _drawn(order: bytes, bounds: Bounds) -> bytes:
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            renderer = renderers.hand_over(theirs)
        ours.settimeout(bounds.wall_seconds)
        try:
            ours.sendall(len(order).to_bytes(4) + order)
            answer = b"".join(iter(lambda: ours.recv(1 << 16), b""))
        except TimeoutError as error:
            renderers.end(renderer)  # it may be what hangs
            waited = f"after {bounds.wall_seconds} s it had not computed for {bounds.cpu_seconds} s"
            raise RenderFailed("busy", waited) from error
        except ConnectionError:
            answer = b""
    body, ending = answer[: -ENDING.size], answer[-ENDING.size :]
    if len(ending) < ENDING.size:
        reason = "failed" if renderer.poll() == 1 else "busy"
        raise RenderFailed(reason, "the process that has documents drawn has ended")
    code, length = ENDING.unpack(ending)
    pdf, log = body[: len(body) - length], body[len(body) - length :].decode("utf-8", "replace")
    if code == 0:
        return pdf
    raise RenderFailed(REASON_OF_EXIT.get(code, "failed"), f"exit {code}: {log}")
