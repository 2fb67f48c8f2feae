"""What is taken as a logo, and that nothing of the file survives but what it shows."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from organizations import logos
from organizations.exceptions import Invalid
from organizations.logos import clean_logo
from tests.factories import png

XMLNS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
BOX = 'viewBox="0 0 200 80"'
RED = '<rect width="200" height="80" fill="#f00"/>'


def svg(content: str, attributes: str = BOX) -> bytes:
    return f"<svg {XMLNS} {attributes}>{content}</svg>".encode()


def picture(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content), formats=["PNG"])


def refusal(content: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        clean_logo(content)
    assert list(refused.value.fields) == ["logo"]
    return refused.value.fields["logo"][0]


def test_a_png_is_drawn_anew_without_what_was_hidden_in_it() -> None:
    hidden = PngImagePlugin.PngInfo()
    hidden.add_text("Comment", "zqhidden")
    file = BytesIO()
    Image.new("RGB", (1600, 400), "#123456").save(file, "PNG", pnginfo=hidden, dpi=(300, 300))
    content = file.getvalue() + b"<script>zqhidden</script>"

    clean = clean_logo(content)

    assert b"zqhidden" in content
    assert b"zqhidden" not in clean
    assert picture(clean).size == (800, 200)
    assert not picture(clean).info


def test_its_empty_margin_is_cut_off() -> None:
    canvas = Image.new("RGBA", (300, 300))
    canvas.paste((255, 0, 0, 255), (100, 120, 200, 160))
    file = BytesIO()
    canvas.save(file, "PNG")

    assert picture(clean_logo(file.getvalue())).size == (100, 40)


def test_a_picture_of_noise_is_made_small_enough() -> None:
    noise = Image.effect_noise((800, 320), 90)
    file = BytesIO()
    noise.save(file, "PNG")

    assert len(clean_logo(file.getvalue())) <= logos.MAX_PNG_BYTES < len(file.getvalue())


def test_an_svg_is_drawn_with_its_gradients_and_styles() -> None:
    content = svg(
        "<style>.a { fill: #00f }</style>"
        '<defs><linearGradient id="g"><stop stop-color="#f00"/></linearGradient></defs>'
        '<rect width="100" height="80" fill="url(#g)"/>'
        '<rect class="a" x="100" width="100" height="80"/>'
    )

    drawn = picture(clean_logo(content)).convert("RGB")

    assert drawn.size == (800, 320)
    assert (drawn.getpixel((10, 10)), drawn.getpixel((790, 10))) == ((255, 0, 0), (0, 0, 255))


HOSTILE = {
    "script": "<script>alert(1)</script>",
    "handler": '<g onload="alert(1)"/>',
    "foreign": '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml">x</body></foreignObject>',
    "style": "<style>@import 'http://x.example/'; .b{fill:url(http://x.example/)}</style>",
    "reference": '<rect fill="url(http://x.example/#a)" style="filter:url(file:///etc/passwd)"/>',
    "link": '<a href="javascript:alert(1)"><rect/></a>',
    "gradient": '<linearGradient id="z" xlink:href="file:///etc/passwd#a"/>',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_could_act_is_not_given_to_the_renderer(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = []
    monkeypatch.setattr(logos, "_run", lambda svg: given.append(svg) or png())

    clean_logo(svg(RED + HOSTILE[name]))

    words = (b"script", b"onload", b"foreign", b"import", b"http://x", b"file:", b"href", b"filter")
    assert [word for word in words if word in given[0]] == []
    assert b"#f00" in given[0]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", logos.NO_KIND),
        (b"GIF89a", logos.NO_KIND),
        (b"<html/>", logos.NO_KIND),
        (b"<svg/>", logos.NO_KIND),
        (png()[:60], logos.BROKEN),
        (png((900, 10)), logos.ODD_SHAPE),
        (bytes(logos.MAX_FILE_BYTES + 1), logos.TOO_LARGE),
        (svg(""), logos.NOTHING),
        (svg(RED, ""), logos.NO_SIZE),
        (svg(RED, 'viewBox="0 0 1 1000000"'), logos.NO_SIZE),
        (svg(RED, 'viewBox="0 0 1 900"'), logos.ODD_SHAPE),
        (svg("<g>" * 60 + "</g>" * 60), logos.TOO_MANY_PARTS),
        (svg("<g/>" * 2001), logos.TOO_MANY_PARTS),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg("<desc>&a;</desc>"), logos.ENTITIES),
        (svg("<text>Acme</text>"), logos.UNKNOWN.format(name="text")),
        (svg('<image href="/etc/passwd"/>'), logos.UNKNOWN.format(name="image")),
        (svg('<use href="#a"/>'), logos.UNKNOWN.format(name="use")),
    ],
    ids=str,
)
def test_what_cannot_be_taken_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    assert refusal(content) == reason


def test_a_bomb_of_pixels_is_refused_by_its_head() -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    content = logos.PNG_SIGNATURE + struct.pack(">I", 13) + chunk
    content += struct.pack(">I", zlib.crc32(chunk))

    assert refusal(content) in (logos.TOO_MANY_PIXELS, logos.BROKEN)


def test_an_svg_that_takes_for_ever_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logos, "WAIT_SECONDS", 1)
    clips = "".join(
        f'<clipPath id="c{n}" clip-path="url(#c{n - 1})">'
        f'<rect width="200" height="80" clip-path="url(#c{n - 1})"/></clipPath>'
        for n in range(1, 30)
    )

    assert refusal(svg(f'{clips}<g clip-path="url(#c29)">{RED}</g>')) == logos.TOO_MUCH
