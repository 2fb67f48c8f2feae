"""One stylesheet and one script, put together from the sources that are cut by subject."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

# Each with its parts in their order; addresses in a part are those of its own folder.
BUNDLES = {
    "css/app.css": [
        f"css/{subject}.css"
        for subject in (
            "tokens",
            "base",
            "layout",
            "components",
            "questionnaire",
            "charts",
            "costing",
            "scenario",
            "console",
        )
    ],
    "js/app.js": ["django_htmx/htmx-2.min.js", "js/page.js", "js/console.js"],
}


class BundleFinder(BaseFinder):
    """Finds the bundles, written anew where a part has changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.BUNDLE_ROOT)
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing can be set wrong."""
        return []

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        """Return where a bundle is."""
        found = [str(self._written(path))] if path in BUNDLES else []
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        """Yield the bundles."""
        for path in BUNDLES:
            self._written(path)
            yield path, self.storage

    def _written(self, path: str) -> Path:
        text = "\n".join(Path(str(finders.find(part))).read_text() for part in BUNDLES[path])
        bundle = Path(self.storage.path(path))
        if not bundle.is_file() or bundle.read_text() != text:
            bundle.parent.mkdir(parents=True, exist_ok=True)
            fresh = bundle.with_suffix(f".{id(self)}")
            fresh.write_text(text)
            fresh.replace(bundle)
        return bundle
