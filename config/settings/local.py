"""One process on this machine: loopback, an embedded worker, mail into files."""

from config.settings import environment
from config.settings.base import BASE_DIR, STORAGES

ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
SITE_URL = environment.text("SITE_URL", f"http://127.0.0.1:{environment.number('PORT', 8000)}/")
CELERY_BROKER_URL = "memory://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.1}
EMAIL_BACKEND = "organizations.mail.EmailBackend"
IS_MAIL_LOCAL = True
EMAIL_FILE_PATH = environment.text("MAIL_ROOT", str(BASE_DIR / ".state" / "mail"))
STATIC_ROOT = BASE_DIR / ".state" / "static"
STORAGES = STORAGES | {  # as production, but for compression
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
}
