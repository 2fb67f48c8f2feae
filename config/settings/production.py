"""Production: HTTPS only, Redis as the broker, mail by SMTP."""

from config.settings import environment
from config.settings.base import STORAGES

CELERY_BROKER_URL = environment.text("REDIS_URL")
_REDIS = {
    "LOCATION": CELERY_BROKER_URL,
    # One that does not answer must not hold a request.
    "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 1},
}
# For all web processes: counts of sign-in attempts and API requests; copies of sessions, which the
# database confirms at each use. Nothing of a tenant.
CACHES = {
    "default": {"BACKEND": "config.counters.CounterCache", **_REDIS},
    "sessions": {"BACKEND": "config.counters.CopyCache", **_REDIS},
}
SECURE_SSL_REDIRECT = environment.flag("SECURE_SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXY_COUNT", 1)
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
}
EMAIL_HOST = environment.text("EMAIL_HOST", "localhost")
EMAIL_PORT = environment.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = environment.flag("EMAIL_USE_TLS", True)
