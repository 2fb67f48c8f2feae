"""Tests: quick password hashes, mail in memory, jobs run where the test says so."""

from config.settings import environment

SECRET_KEY = "tests-only"
FIELD_ENCRYPTION_KEY = "tests-only-field-encryption"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
SITE_URL = "https://crossover.example/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_BROKER_URL = environment.text("REDIS_URL", "memory://")
WHITENOISE_USE_FINDERS = True
# Every test client loads the middleware anew: it must not read all static files each time.
WHITENOISE_AUTOREFRESH = True
# Tests of the limits turn them on.
ACCOUNT_RATE_LIMITS = False
API_REQUESTS_PER_MINUTE = 1_000_000
PUBLIC_REQUESTS_PER_MINUTE = 1_000_000
# Every part of a page that was kept is rendered once more and compared with that.
KEPT_PARTS_COMPARED = True
