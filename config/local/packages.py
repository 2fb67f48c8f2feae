"""Finds the system packages that the product and its tests need, and installs what apt can."""

import ctypes
import glob
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from config.local.state import SetupError


@dataclass(frozen=True)
class Package:
    """A package of the system: its names for apt and Homebrew, and what shows that it is here."""

    apt: str
    brew: str
    programs: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def is_present(self) -> bool:
        """Tell whether a program of it is on PATH, a library loads, or a file matches."""
        return (
            any(map(shutil.which, self.programs))
            or any(map(_loads, self.libraries))
            or any(map(glob.glob, self.files))
        )


NOTO, MACOS_FONTS = "/usr/share/fonts/truetype/noto", os.path.expanduser("~/Library/Fonts")
PDF_PACKAGES = (
    Package("libpango-1.0-0", "pango", libraries=("libpango-1.0.so.0", "libpango-1.0.0.dylib")),
    Package(
        "libpangoft2-1.0-0", "pango", libraries=("libpangoft2-1.0.so.0", "libpangoft2-1.0.0.dylib")
    ),
    Package(
        "libharfbuzz-subset0",
        "harfbuzz",
        libraries=("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
    ),
    # Names in other scripts than Latin; Inter, which the product brings along, has Latin alone.
    Package(
        "fonts-noto-core",
        "font-noto-sans",
        files=(f"{NOTO}/NotoSansArabic-Regular.ttf", f"{MACOS_FONTS}/NotoSans*.ttf"),
    ),
    Package(
        "fonts-noto-cjk",
        "font-noto-sans-cjk",
        files=(
            "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
            f"{MACOS_FONTS}/NotoSansCJK*",
        ),
    ),
    Package(
        "fonts-noto-color-emoji",
        "font-noto-color-emoji",
        files=(f"{NOTO}/NotoColorEmoji.ttf", f"{MACOS_FONTS}/NotoColorEmoji*"),
    ),
)
TEST_PACKAGES = (
    *PDF_PACKAGES,
    Package("redis-server", "redis", programs=("redis-server",)),
    Package("chromium", "chromium", programs=("chromium", "chromium-browser", "google-chrome")),
    Package("poppler-utils", "poppler", programs=("pdftoppm",)),
    Package("qpdf", "qpdf", programs=("qpdf",)),
    Package("pgbouncer", "pgbouncer", programs=("pgbouncer",), files=("/usr/sbin/pgbouncer",)),
    # Recalculates the workbook, independently of the engine.
    Package("libreoffice-calc-nogui", "libreoffice", programs=("soffice",)),
)
POSTGRESQL = Package(
    "postgresql",
    "postgresql@17",
    programs=("postgres",),
    files=("/usr/lib/postgresql/*/bin/postgres",),
)


def require(packages: Sequence[Package]) -> None:
    """Install the packages that are missing, or raise the message that names them."""
    absent = missing(packages)
    if absent and (prefix := apt_prefix()) is not None:
        print(f"Installing {', '.join(package.apt for package in absent)}", flush=True)
        apt_install(prefix, absent)
        absent = missing(packages)
    if absent:
        raise SetupError(missing_message(absent))


def missing(packages: Iterable[Package]) -> list[Package]:
    """Return the packages that are not here."""
    return [package for package in packages if not package.is_present()]


def missing_message(packages: Sequence[Package]) -> str:
    """Return what is missing and the command that installs it."""
    is_mac = sys.platform == "darwin"
    command = "brew install" if is_mac else "sudo apt-get install"
    names = list(dict.fromkeys(one.brew if is_mac else one.apt for one in packages))
    listed = ", ".join(names)
    return f"Missing from this system: {listed}. Install with:\n\n    {command} {' '.join(names)}\n"


def apt_prefix() -> list[str] | None:
    """Return what goes before apt-get, or None where we may not use it."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    return sudo if shutil.which("sudo") and not _problem([*sudo, "true"]) else None


def apt_install(prefix: Sequence[str], packages: Sequence[Package]) -> None:
    """Install by apt, with fresh lists if the old ones do not do; apt's own words on failure."""
    names = [package.apt for package in packages]
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    install = [*apt, "install", "-y", "--no-install-recommends", *names]
    if _problem(install):
        _problem([*apt, "update"])
        if problem := _problem(install):
            print(problem, file=sys.stderr)


def _problem(command: Sequence[str]) -> str:
    """Run a command; return nothing, or on failure what it wrote."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return "" if done.returncode == 0 else (done.stdout or f"exit {done.returncode}")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
