"""App configuration."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Work that outlives a request."""

    name = "jobs"

    def ready(self) -> None:
        """Let every app register its kinds of work, whichever process this is; end it all once."""
        from jobs.services import stop_all_jobs
        from organizations.services.erasures import closers

        autodiscover_modules("tasks")
        closers.append(stop_all_jobs)
