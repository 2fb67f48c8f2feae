"""Makes an uploaded logo harmless: a PNG or SVG in, a small PNG drawn anew out; pure, no Django.

Nothing of the file itself is kept, so nothing hidden in it is. An SVG is cleaned by a list of what
may stay before it is drawn: no script, style sheet of others, picture, text, link or entity.
"""

import io
import re
import subprocess
import sys
import warnings
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from PIL import Image

from organizations import logo_process
from organizations.exceptions import Invalid

HOME = Path(__file__).resolve().parents[1]
WAIT_SECONDS = 20
MAX_FILE_BYTES = 1024 * 1024
MAX_PNG_BYTES = 128 * 1024
MAX_PIXELS = 16_000_000
MAX_SIDE_RATIO = 20
SIZE = (800, 320)  # what a logo is fitted into, in pixels
MAX_ELEMENTS = 2000
MAX_DEPTH = 50
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_END = b"IEND"
SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"

SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
GRADIENTS = {"linearGradient", "radialGradient"}
KEPT = {"svg", "g", "defs", "stop", "clipPath", "style", *SHAPES, *GRADIENTS}
# What a logo loses without being another one; anything else is refused by name.
DROPPED = {"title", "desc", "metadata", "script", "foreignObject", "a", "set", "animate"}
PAINT = {
    "fill",
    "fill-opacity",
    "fill-rule",
    "clip-rule",
    "clip-path",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "opacity",
    "stop-color",
    "stop-opacity",
    "color",
    "display",
    "visibility",
}
SHAPE = {
    "d",
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "cx",
    "cy",
    "fx",
    "fy",
    "r",
    "rx",
    "ry",
    "width",
    "height",
    "points",
    "transform",
    "viewBox",
    "offset",
    "id",
    "class",
    "gradientUnits",
    "gradientTransform",
    "spreadMethod",
    "clipPathUnits",
    "preserveAspectRatio",
}
VALUE = re.compile(r"url\(['\"]?#[\w.-]+['\"]?\)|(?!.*url\()[^<>&{};\\@]*", re.DOTALL)
RULE = re.compile(r"([\w.#,\s-]+)\{([^{}]*)\}")
NUMBER = r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"

NO_KIND = "This is neither a PNG nor an SVG file."
BROKEN = "This file is damaged or was cut off. Save it again and retry."
TOO_LARGE = "At most 1 MB, please."
TOO_MANY_PIXELS = "This picture has more than 16 million pixels. Make it smaller."
ODD_SHAPE = "A logo is at most 20 times as wide as high, or as high as wide."
ENTITIES = "This SVG declares entities. Export it again as a plain SVG."
NO_SIZE = "This SVG has no `viewBox` and no width and height: nobody can tell how large it is."
TOO_MANY_PARTS = "This SVG has more than 2,000 parts. Make it simpler, or send a PNG."
TOO_MUCH = "This SVG takes too much computing to draw. Make it simpler, or send a PNG."
NOTHING = "Nothing can be seen in this file."
UNKNOWN = "This SVG holds <{name}>, which cannot be taken. Turn it into plain paths, or send a PNG."


def clean_logo(content: bytes) -> bytes:
    """A PNG of at most 800 × 320 pixels and 128 kB that shows what the file shows.

    Raises Invalid (field `logo`) for what is no PNG or SVG, broken, too large or not plain.
    """
    if len(content) > MAX_FILE_BYTES:
        raise Invalid.at("logo", TOO_LARGE)
    if not content.startswith(PNG_SIGNATURE):
        content = _drawn(content)
    if PNG_END not in content:  # what draws PDFs in this process may have allowed cut pictures
        raise Invalid.at("logo", BROKEN)
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(content), formats=["PNG"]) as file:
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            _require_size(*file.size)
            picture = file.convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise Invalid.at("logo", BROKEN) from None
    box = picture.getchannel("A").getbbox()
    if box is None:
        raise Invalid.at("logo", NOTHING)
    return _small(picture.crop(box))


def _require_size(width: float, height: float) -> None:
    if width * height > MAX_PIXELS:
        raise Invalid.at("logo", TOO_MANY_PIXELS)
    if max(width, height) > MAX_SIDE_RATIO * min(width, height):
        raise Invalid.at("logo", ODD_SHAPE)


def _small(picture: Image.Image) -> bytes:
    """The picture, without its empty margin, as a PNG that is small enough."""
    _require_size(*picture.size)
    picture.thumbnail(SIZE, Image.Resampling.LANCZOS)
    content = _png(picture)
    if len(content) > MAX_PNG_BYTES:
        content = _png(picture.quantize(colors=128, method=Image.Quantize.FASTOCTREE))
    while len(content) > MAX_PNG_BYTES:
        picture.thumbnail((picture.width * 3 // 4, picture.height * 3 // 4))
        content = _png(picture.quantize(colors=128, method=Image.Quantize.FASTOCTREE))
    return content


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def _drawn(content: bytes) -> bytes:
    """A cleaned SVG, drawn as PNG."""
    try:
        root = fromstring(content)
    except DefusedXmlException:
        raise Invalid.at("logo", ENTITIES) from None
    except (ParseError, ValueError, LookupError):
        raise Invalid.at("logo", NO_KIND) from None
    if root.tag != f"{SVG}svg":
        raise Invalid.at("logo", NO_KIND)
    width, height = _size_of(root)
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise Invalid.at("logo", TOO_MANY_PARTS)
    clean = _cleaned(root, 0)
    scale = min(SIZE[0] / width, SIZE[1] / height)
    clean.set("viewBox", root.get("viewBox") or f"0 0 {width} {height}")
    clean.set("width", str(max(1, round(width * scale))))
    clean.set("height", str(max(1, round(height * scale))))
    return _run(tostring(clean, encoding="unicode").encode())


def _run(svg: bytes) -> bytes:
    """Draw in a process that is stopped where it takes too much."""
    command = [sys.executable, "-m", logo_process.__name__]
    try:
        done = subprocess.run(
            command, input=svg, capture_output=True, timeout=WAIT_SECONDS, cwd=HOME, check=False
        )
    except subprocess.TimeoutExpired:
        raise Invalid.at("logo", TOO_MUCH) from None
    if done.returncode:
        raise Invalid.at("logo", TOO_MUCH if done.returncode < 0 else BROKEN)
    return done.stdout


def _size_of(root: Element) -> tuple[float, float]:
    """Width and height in the SVG's own units."""
    box = re.fullmatch(
        rf"{NUMBER}[\s,]+{NUMBER}[\s,]+({NUMBER})[\s,]+({NUMBER})\s*", root.get("viewBox", "")
    )
    sides = (box[5], box[8]) if box else (root.get("width", ""), root.get("height", ""))
    found = [re.match(NUMBER, side) for side in sides]
    width, height = (float(each[0]) if each else 0.0 for each in found)
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise Invalid.at("logo", NO_SIZE)
    if max(width, height) > MAX_SIDE_RATIO * min(width, height):
        raise Invalid.at("logo", ODD_SHAPE)
    return width, height


def _cleaned(element: Element, depth: int) -> Element:
    """A copy that holds nothing but what may stay."""
    if depth > MAX_DEPTH:
        raise Invalid.at("logo", TOO_MANY_PARTS)
    clean = Element(element.tag)
    for name, value in element.attrib.items():
        if name in PAINT | SHAPE and VALUE.fullmatch(value):
            clean.set(name, value)
        elif name in ("href", LINK) and _name(element) in GRADIENTS and value.startswith("#"):
            clean.set(LINK, value)
        elif name == "style" and (declarations := _declarations(value)):
            clean.set("style", declarations)
    if _name(element) == "style":
        rules = RULE.findall(element.text or "")
        clean.text = "".join(f"{names}{{{_declarations(text)}}}" for names, text in rules)
        return clean
    for child in element:
        name = _name(child)
        if name in KEPT:
            clean.append(_cleaned(child, depth + 1))
        elif name and name not in DROPPED:
            raise Invalid.at("logo", UNKNOWN.format(name=name[:40]))
    return clean


def _name(element: Element) -> str:
    """The name of an element of SVG; empty for a comment or one of another vocabulary."""
    tag = element.tag if isinstance(element.tag, str) else ""
    return tag.removeprefix(SVG) if tag.startswith(SVG) else ""


def _declarations(text: str) -> str:
    """The declarations of a style that only paint."""
    pairs = (part.split(":", 1) for part in text.split(";") if ":" in part)
    clean = ((name.strip().lower(), value.strip()) for name, value in pairs)
    return ";".join(
        f"{name}:{value}" for name, value in clean if name in PAINT and VALUE.fullmatch(value)
    )
