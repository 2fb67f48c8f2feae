"""The PDF renderer: what it draws, what it refuses, and where it stops."""

import socket
import subprocess
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.utils.html import escape
from PIL import Image, ImageOps
from pypdf import PdfReader

from reports.documents.pdf import Bounds, RenderFailed, _font_cache, render_pdf, render_sheets

SQUARE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="40" height="20">'
    b'<rect width="40" height="20" fill="#0a5f5c"/>'
    b'<text x="2" y="12" font-family="Inter" font-size="9">figure</text></svg>'
)


def page(body: str) -> str:
    return f"<!doctype html><html lang='en'><title>Test</title><body>{body}</body></html>"


def text_of(pdf: bytes) -> str:
    return "\n".join(sheet.extract_text() for sheet in PdfReader(BytesIO(pdf)).pages)


def fonts_of(pdf: bytes) -> set[str]:
    """The names of the fonts of its first page."""
    with pikepdf.open(BytesIO(pdf)) as document:
        fonts = document.pages[0].Resources.Font
        return {str(fonts[name].BaseFont).partition("+")[2] for name in fonts}


class Listener:
    """A loopback port that notes whether anybody connected."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}/secret.svg"

    def was_called(self) -> bool:
        self.socket.setblocking(False)
        try:
            connection, _ = self.socket.accept()
        except BlockingIOError:
            return False
        connection.close()
        return True

    def __enter__(self) -> "Listener":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()


REFERENCES = {
    "image": "<img alt='x' src='{url}'>",
    "stylesheet": "<link rel='stylesheet' href='{url}'>",
    "import": "<style>@import '{url}';</style>",
    "background": "<p style=\"background: url('{url}')\">x</p>",
    "typeface": (
        "<style>@font-face {{ font-family: X; src: url('{url}') }} p {{ font-family: X }}</style>"
        "<p>x</p>"
    ),
    "attachment": "<link rel='attachment' href='{url}'>",
    "object": "<object data='{url}' type='image/svg+xml'></object>",
    "base": "<base href='{url}'><img alt='x' src='other.svg'>",
}


@pytest.mark.parametrize("kind", REFERENCES)
def test_render_pdf_with_an_outside_address_never_calls_it(kind: str) -> None:
    with Listener() as listener:
        body = REFERENCES[kind].format(url=listener.address)

        render_pdf(page(body))

        assert listener.was_called() is False


def test_listener_notices_a_call() -> None:
    with Listener() as listener:
        port = listener.socket.getsockname()[1]

        socket.create_connection(("127.0.0.1", port)).close()

        assert listener.was_called() is True


def test_render_pdf_with_an_outside_address_inside_a_figure_never_calls_it() -> None:
    with Listener() as listener:
        figure = SQUARE.replace(b"<rect", b'<image href="%s"/><rect' % listener.address.encode())

        render_pdf(page("<img alt='x' src='asset:a.svg'>"), {"a.svg": figure})

        assert listener.was_called() is False


@pytest.mark.parametrize("kind", REFERENCES)
def test_render_pdf_with_a_file_address_leaves_the_file_out(kind: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_bytes(SQUARE.replace(b">figure<", b">CANARY<"))

    pdf = render_pdf(page("kept" + REFERENCES[kind].format(url=secret.as_uri())))

    assert "CANARY" not in text_of(pdf)
    assert "kept" in text_of(pdf)
    with pikepdf.open(BytesIO(pdf)) as document:
        assert list(document.attachments) == []


def test_render_pdf_with_a_figure_draws_it_and_names_it() -> None:
    pdf = render_pdf(page("<img alt='A green bar' src='asset:a.svg'>"), {"a.svg": SQUARE})

    assert text_of(pdf).strip() == "figure"
    with pikepdf.open(BytesIO(pdf)) as document:
        named = [
            str(item.Alt)
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
        ]
    assert named == ["A green bar"]


def test_render_pdf_twice_gives_the_same_bytes() -> None:
    html = page("<h1>Title</h1><img alt='x' src='asset:a.svg'>")

    first = render_pdf(html, {"a.svg": SQUARE})
    second = render_pdf(html, {"a.svg": SQUARE})

    assert first == second


def test_render_pdf_knows_the_bundled_typeface_alone() -> None:
    pdf = render_pdf(page("<p style='font-family: \"DejaVu Serif\", Georgia'>x</p>"))

    assert fonts_of(pdf) == {"Inter"}


def test_render_pdf_takes_a_script_from_the_family_that_is_preferred() -> None:
    pdf = render_pdf(page("<p style='font-family: Inter, sans-serif'>عرب</p>"))

    assert fonts_of(pdf) == {"Noto-Sans-Arabic"}


def test_render_pdf_with_emoji_twice_gives_the_same_bytes() -> None:
    first, second = render_pdf(page("<p>🚀")), render_pdf(page("<p>🚀"))

    assert first == second


def test_render_pdf_draws_emoji_as_large_as_letters(tmp_path: Path) -> None:
    (tmp_path / "page.pdf").write_bytes(
        render_pdf(page("<style>@page { margin: 0 }</style><p style='font-size: 10pt'>🚀</p>"))
    )
    subprocess.run(
        ["pdftoppm", "-r", "72", "-png", str(tmp_path / "page.pdf"), str(tmp_path / "page")],
        check=True,
    )

    [picture] = tmp_path.glob("*.png")
    with Image.open(picture) as drawn:
        left, top, right, bottom = ImageOps.invert(drawn.convert("L")).getbbox()
    assert right - left < 20
    assert bottom - top < 20


HOSTILE = (
    "<script>alert(1)</script>",
    "</style><img src=x onerror=y>",
    "=1+1",
    "{{ settings.SECRET_KEY }}",
    "{% load x %}",
    "&lt;b&gt; &#0; <!-- --> ]]>",
    "‮right to left",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_render_pdf_with_hostile_text_prints_it_as_text(text: str) -> None:
    pdf = render_pdf(page(f"<p>{escape(text)}</p>"))

    printed = "".join(text_of(pdf).split())
    expected = "".join(text.replace("\N{RIGHT-TO-LEFT OVERRIDE}", "").split())
    if text.startswith("\N{RIGHT-TO-LEFT OVERRIDE}"):
        printed, expected = "".join(sorted(printed)), "".join(sorted(expected))
    assert printed.replace("\ufffd", "") == expected


def test_render_pdf_with_deep_nesting_ends_in_a_reason() -> None:
    with pytest.raises(RenderFailed) as failure:
        render_pdf(page("<div>" * 5000 + "x"))

    assert failure.value.reason == "nesting"


def test_render_pdf_with_nested_flex_is_stopped_in_time() -> None:
    bomb = page("<div style='display:flex'>" * 14 + "x")

    with pytest.raises(RenderFailed) as failure:
        render_pdf(bomb, bounds=Bounds(cpu_seconds=2))

    assert failure.value.reason == "time"


# With the small ones a library in C dies of it, with the largest Python raises.
@pytest.mark.parametrize("mebibytes", [130, 145, 200])
def test_render_pdf_beyond_its_memory_is_stopped(mebibytes: int) -> None:
    large = page("<p>x" * 100_000)

    with pytest.raises(RenderFailed) as failure:
        render_pdf(large, bounds=Bounds(cpu_seconds=240, memory_bytes=mebibytes * 1024 * 1024))

    assert failure.value.reason == "memory"


def test_render_pdf_with_another_page_count_is_refused() -> None:
    two_pages = page("<p>one</p><p style='break-before: page'>two</p>")

    with pytest.raises(RenderFailed) as failure:
        render_pdf(two_pages, pages=1)

    assert failure.value.reason == "pages"
    assert failure.value.detail == "2 pages instead of 1"


TWO_PAGES = page("<p>too</p><p style='break-before: page'>much</p>")


def test_render_sheets_draws_each_in_the_first_way_that_fits_its_page() -> None:
    def ways() -> Iterator[str]:
        yield TWO_PAGES
        yield page("<h1>enough</h1>")
        raise AssertionError("a way behind the one that fits was asked for")

    pdf = render_sheets([ways(), [page("<p>second</p>")]], {}, ["@page { size: 100pt 200pt }"])

    sheets = PdfReader(BytesIO(pdf)).pages
    assert [sheet.extract_text().strip() for sheet in sheets] == ["enough", "second"]
    assert [sheet.mediabox.height for sheet in sheets] == [200, 200]


def test_render_sheets_where_no_way_fits_is_refused() -> None:
    with pytest.raises(RenderFailed) as failure:
        render_sheets([[page("first")], [TWO_PAGES]], {}, [])

    assert (failure.value.reason, failure.value.detail) == (
        "pages",
        "sheet 2 fits its page in none of its ways",
    )


def test_font_cache_is_kept_in_a_folder_of_this_user_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    folder = _font_cache()

    assert folder is not None
    assert _font_cache() == folder
    folder.chmod(0o770)
    assert _font_cache() is None
    folder.rmdir()
    folder.symlink_to(tmp_path)
    assert _font_cache() is None
