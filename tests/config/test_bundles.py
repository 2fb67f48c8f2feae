"""One stylesheet and one script for all pages, of sources cut by subject; immutable as served."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client as Browser
from pytest_django.fixtures import Settings

from config.bundles import BUNDLES, BundleFinder

PARTS = [(bundle, part) for bundle, parts in BUNDLES.items() for part in parts]


@pytest.mark.parametrize(("bundle", "part"), PARTS)
def test_a_bundle_has_each_part(bundle: str, part: str) -> None:
    text = Path(str(finders.find(bundle))).read_text()

    assert Path(str(finders.find(part))).read_text() in text


def test_every_stylesheet_of_pages_is_in_the_bundle() -> None:
    alone = {"css/api-docs.css", "css/error.css"}  # pages that load nothing else
    sources = {f"css/{path.name}" for path in Path("config/static/css").glob("*.css")}

    assert sources - set(BUNDLES["css/app.css"]) == alone


def test_a_bundle_is_written_anew_after_a_part_changed(settings: Settings, tmp_path: Path) -> None:
    settings.BUNDLE_ROOT = tmp_path
    finder = BundleFinder()
    path = Path(finder.find("css/app.css"))
    written = path.read_text()
    path.write_text("old")

    finder.find("css/app.css")

    assert path.read_text() == written
    assert [each.name for each in path.parent.iterdir()] == ["app.css"]


def test_a_page_loads_one_stylesheet_one_script_and_fonts_of_the_stylesheet(
    client: Browser, db: None
) -> None:
    html = client.get("/demo/").content.decode()
    style = Path(str(finders.find("css/app.css"))).read_text()

    assert re.findall(r'rel="stylesheet" href="([^"]+)"', html) == ["/static/css/app.css"]
    assert re.findall(r'<script src="([^"]+)"', html) == ["/static/js/app.js"]
    fonts = re.findall(r'rel="preload" href="/static/([^"]+)"', html)
    assert fonts
    assert all(f'url("../{font}")' in style for font in fonts)


@pytest.mark.parametrize("mode", ["local", "production"])
def test_what_is_served_is_named_by_its_hash(mode: str) -> None:
    source = Path(f"config/settings/{mode}.py").read_text()

    assert re.search(r'"staticfiles": \{"BACKEND": "[\w.]*ManifestStaticFilesStorage"\}', source)
    assert settings.STATICFILES_FINDERS[0] == "config.bundles.BundleFinder"
