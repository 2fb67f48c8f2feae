"""Renders HTML to PDF, each in a bounded process of its own that reaches only what it is handed."""

import json
import os
import re
import socket
import stat
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.staticfiles import finders

from organizations.exceptions import DomainError
from reports.documents import renderers
from reports.documents.pdf_process import END, ENDING, LAID_OUT, LENGTH, MARK, REASON_OF_EXIT

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


@dataclass(frozen=True)
class Bounds:
    """What the drawing of one file may use; a usual one computes for less than a second.

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
) -> bytes:
    """Draw `html` as PDF/UA; `asset:NAME` is one of `assets`, every other address is refused.

    With `pages` the document must have exactly that many. The same input gives the same bytes.
    Raises RenderFailed.
    """
    with _drawer(assets or {}, pages, bounds or Bounds(), han_shapes(html)) as drawer:
        count = drawer.lay_out(html)
        if pages not in (None, count):
            raise RenderFailed("pages", f"{count} pages instead of {pages}")
        return drawer.written()


def render_sheets(
    sheets: Iterable[Iterable[str]], assets: Mapping[str, bytes], styles: Sequence[str]
) -> bytes:
    """Draw documents of one page each, with the same style sheets, as one file in one process.

    Each comes in several ways as HTML, the fullest first: the first that fits its page is drawn,
    and those behind it are not asked for. Otherwise as `render_pdf`.
    """
    text, sheets = peek(sheets)
    with _drawer(assets, 1, Bounds(), han_shapes(text), styles) as drawer:
        fit(sheets, drawer.lay_out)
        return drawer.written()


def peek(sheets: Iterable[Iterable[str]]) -> tuple[str, list[Iterable[str]]]:
    """All that the fullest ways say, and the sheets with every way."""
    begun = [iter(ways) for ways in sheets]
    fullest = [next(ways) for ways in begun]
    return "".join(fullest), [chain([one], rest) for one, rest in zip(fullest, begun, strict=True)]


def fit(sheets: Iterable[Iterable[str]], lay_out: Callable[[str], int]) -> None:
    """Lay out each sheet in its ways until one takes a single page. Raises RenderFailed."""
    for number, ways in enumerate(sheets, 1):
        if not any(lay_out(html) == 1 for html in ways):
            raise RenderFailed("pages", f"sheet {number} fits its page in none of its ways")


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
            cache=escape(str(_font_cache() or folder / "cache")),
            conf="/usr/share/fontconfig/conf.avail",  # coloured emoji are pictures of one size
        ),
        encoding="utf-8",
    )
    private = {"HOME": str(folder), "TMPDIR": str(folder), "XDG_CACHE_HOME": str(folder)}
    return {"FONTCONFIG_FILE": str(conf), **private}


def _font_cache() -> Path | None:
    """Where what fontconfig read of the fonts is kept, if that is this user's folder alone."""
    folder = Path(tempfile.gettempdir(), f"crossover-fonts-{os.getuid()}")
    with suppress(FileExistsError):
        folder.mkdir(mode=stat.S_IRWXU)
    found = folder.lstat()
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    return folder if is_ours and stat.S_IMODE(found.st_mode) == stat.S_IRWXU else None


@contextmanager
def _drawer(
    assets: Mapping[str, bytes],
    pages: int | None,
    bounds: Bounds,
    han: str,
    styles: Sequence[str] = (),
) -> Iterator["Drawer"]:
    """A drawing process for one file."""
    order = {
        "assets": {name: b64encode(body).decode() for name, body in assets.items()},
        "pages": pages,
        "styles": list(styles),
        "cpu_seconds": bounds.cpu_seconds,
        "memory_bytes": bounds.memory_bytes,
    }
    ours, theirs = socket.socketpair()
    with ours, tempfile.TemporaryDirectory(prefix="crossover-pdf-") as folder:
        order["environment"] = _environment(Path(folder), fonts_folder(), han)
        with theirs:
            renderer = renderers.hand_over(theirs)
        drawer = Drawer(ours, renderer, bounds)
        drawer.send(json.dumps(order))
        yield drawer


class Drawer:
    """This end of a drawing process."""

    def __init__(
        self, process: socket.socket, renderer: renderers.Renderer, bounds: Bounds
    ) -> None:
        self._process, self._renderer, self._bounds = process, renderer, bounds
        process.settimeout(bounds.wall_seconds)

    def send(self, text: str) -> None:
        body = text.encode()
        self._in_time(lambda: self._process.sendall(LENGTH.pack(len(body)) + body))

    def lay_out(self, html: str) -> int:
        """How many pages it takes; in the file if it may take so many. Raises RenderFailed."""
        self.send(html)
        answer = self._in_time(lambda: self._process.recv(LAID_OUT.size))
        if answer[:1] != MARK:
            raise self._failure(answer + self._rest())
        return int(LAID_OUT.unpack(answer)[1])

    def written(self) -> bytes:
        """The file. Raises RenderFailed."""
        self.send("")
        answer = self._rest()
        if len(answer) > ENDING.size:
            code, length = ENDING.unpack(answer[-ENDING.size :])
            if code == 0:
                return answer[: -ENDING.size - length - len(END)]
        raise self._failure(answer)

    def _rest(self) -> bytes:
        return self._in_time(lambda: b"".join(iter(lambda: self._process.recv(1 << 16), b"")))

    def _in_time(self, act: Callable[[], bytes | None]) -> bytes:
        """What the process says; nothing, where it is there no longer."""
        try:
            return act() or b""
        except TimeoutError as error:
            renderers.end(self._renderer)  # it may be what hangs
            bounds = self._bounds
            waited = f"after {bounds.wall_seconds} s it had not computed for {bounds.cpu_seconds} s"
            raise RenderFailed("busy", waited) from error
        except ConnectionError:
            return b""

    def _failure(self, answer: bytes) -> RenderFailed:
        """Why there is no file, by the last that was said."""
        if len(answer) < ENDING.size:
            reason = "failed" if self._renderer.poll() == 1 else "busy"
            return RenderFailed(reason, "the process that has documents drawn has ended")
        code, length = ENDING.unpack(answer[-ENDING.size :])
        log = answer[-ENDING.size - length : -ENDING.size].decode("utf-8", "replace")
        return RenderFailed(REASON_OF_EXIT.get(code, "failed"), f"exit {code}: {log}")
