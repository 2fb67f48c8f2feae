"""Django's own checks of a deployment find nothing in production's settings."""

import os
import subprocess
import sys

from config.local.state import CHECKOUT

PRODUCTION = {
    "CROSSOVER_MODE": "production",
    "ALLOWED_HOSTS": "crossover.example",
    "SECRET_KEY": "only-for-checks-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF",
    "FIELD_ENCRYPTION_KEY": "only-for-checks-9876543210-abcdefghijklmnopqrstuvwxyz",
    "DATABASE_URL": "postgresql://crossover_app@127.0.0.1:9/crossover",
    "REDIS_URL": "redis://127.0.0.1:9/0",
}


def check(**changed: str) -> subprocess.CompletedProcess[str]:
    """Run the checks with production's settings."""
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    environment = {**os.environ, **PRODUCTION, **changed}
    return subprocess.run(
        command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False
    )


def test_production_passes_the_checks_of_a_deployment() -> None:
    done = check()

    assert (done.returncode, done.stderr) == (0, "")


def test_checks_of_a_deployment_see_a_weak_setting() -> None:
    done = check(SECRET_KEY="weak", SECURE_SSL_REDIRECT="false")

    assert done.returncode == 1
    assert "security.W008" in done.stderr
    assert "security.W009" in done.stderr
