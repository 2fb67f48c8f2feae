"""The description of production agrees with the settings and keeps their secrets apart."""

import re
from typing import Any

import yaml

from config.local.state import CHECKOUT

SETTING = re.compile(r"environment\.\w+\(\s*\"([A-Z0-9_]+)\"")
REFERENCE = re.compile(r"\$\{([A-Z0-9_]+)(:[-?])?")
SECRETS = {
    "APP_PASSWORD",
    "FIELD_ENCRYPTION_KEY",
    "OWNER_PASSWORD",
    "POSTGRES_PASSWORD",
    "REDIS_PASSWORD",
    "SECRET_KEY",
}


def read(path: str) -> str:
    return (CHECKOUT / path).read_text(encoding="utf-8")


def services() -> dict[str, Any]:
    return yaml.safe_load(read("compose.yaml"))["services"]


def settings_read() -> set[str]:
    """Every variable that the settings or Gunicorn's configuration read."""
    names: set[str] = set()
    for path in (CHECKOUT / "config" / "settings").glob("*.py"):
        names |= set(SETTING.findall(path.read_text(encoding="utf-8")))
    return names | set(re.findall(r"environ\.get\(\"([A-Z_]+)\"", read("config/gunicorn.py")))


def test_every_setting_is_documented() -> None:
    documented = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", read("docs/operations.md")))

    assert settings_read() - documented == set()


def test_every_variable_of_compose_is_in_the_example_and_documented() -> None:
    used = {name for name, _ in REFERENCE.findall(read("compose.yaml"))}
    example = set(re.findall(r"^([A-Z0-9_]+)=", read(".env.example"), re.MULTILINE))
    documented = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", read("docs/operations.md")))

    assert used == example
    assert used - documented == set()


def test_no_secret_has_a_default() -> None:
    kinds = {(name, kind) for name, kind in REFERENCE.findall(read("compose.yaml"))}
    empty = set(re.findall(r"^([A-Z0-9_]+)=$", read(".env.example"), re.MULTILINE))

    assert {(name, kind) for name, kind in kinds if name in SECRETS} == {
        (name, ":?") for name in SECRETS
    }
    assert empty >= SECRETS


def test_only_the_migration_knows_the_owner() -> None:
    knows = {
        name
        for name, service in services().items()
        if any("OWNER" in key for key in service.get("environment", {}))
    }

    assert knows == {"migrate", "postgres"}


def test_app_services_sign_in_as_the_app_role() -> None:
    urls = {
        name: services()[name]["environment"]["DATABASE_URL"].split("://")[1].split(":")[0]
        for name in ("web", "worker", "beat", "migrate")
    }

    assert set(urls.values()) == {"crossover_app"}


def test_only_the_web_is_published_and_on_the_loopback() -> None:
    published = {
        name: service["ports"] for name, service in services().items() if "ports" in service
    }

    assert published == {"web": ["127.0.0.1:${WEB_PORTS:-8000-8001}:8000"]}
