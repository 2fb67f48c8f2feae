"""What every mode shares."""

import secrets
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from config.logs import logging_settings
from config.settings import environment

BASE_DIR = Path(__file__).resolve().parents[2]
MODE = environment.text("CROSSOVER_MODE", "production")

# Outside production a key that nobody chose lasts as long as the process.
FALLBACK_KEY = None if MODE == "production" else secrets.token_urlsafe(40)
SECRET_KEY = environment.text("SECRET_KEY", FALLBACK_KEY)
# Encrypts TOTP secrets at rest; separate, so that either key can be changed alone.
FIELD_ENCRYPTION_KEY = environment.text("FIELD_ENCRYPTION_KEY", FALLBACK_KEY)
DEBUG = False
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "presentation",
    "organizations",
    "jobs",
    "assessments",
    "costing.catalog",
    "costing.usage",
    "costing.scenarios",
    "reports",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_celery_beat",
]

MIDDLEWARE = [
    "config.logs.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.compression.CompressText",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.requests.LargeBodies",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "organizations.middleware.PagesMiddleware",
]

# Tests alone render what is kept of a page once more and compare it.
KEPT_PARTS_COMPARED = False
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.navigation.navigation",
            ],
        },
    }
]

FORM_RENDERER = "presentation.form_controls.FormControls"

# Commands that need no database (`estimate`, `assess`) run on a machine that has none.
DATABASES = {
    "default": environment.database(
        "DATABASE_URL",
        default=None if MODE == "production" else "postgresql:///crossover",
        pool=MODE != "test",
    )
}
DATABASE_APP_ROLE = environment.text("DATABASE_APP_ROLE", "crossover_app")
if environment.text("DATABASE_OWNER_URL", ""):
    # Given to `manage.py migrate --database owner` alone, never to web or worker.
    DATABASES["owner"] = environment.database("DATABASE_OWNER_URL", pool=False)
# One process keeps to itself what production's share (config/settings/production.py).
CACHES: dict[str, dict[str, Any]] = {
    name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
    for name in ("default", "sessions")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organizations.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in [
        ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "name")}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    ]
]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "organizations.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "signup": "organizations.forms.SignupForm",
    "reset_password_from_key": "organizations.forms.ResetPasswordForm",
}
# Off where an installation serves one organization: people then come in by invitation alone.
SIGNUP_OPEN = environment.flag("SIGNUP_OPEN", True)
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Makes sign-up answer alike for addresses that have an account and those without.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
# A person has one address; a new one counts when it is confirmed.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
# A stolen session alone changes neither the address nor the second factor.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = None
# Failed sign-ins: of an account from one address, and from one address whatever account; then, of
# an account wherever they come from. Who is kept out by others signs in by a code that is mailed.
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {
    "login_failed": "5/5m/key,20/m/ip",
    "login_failed_anywhere": "50/h/key",
}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
# Changes of password, address and second factor are told by mail.
ACCOUNT_EMAIL_NOTIFICATIONS = True
# How many proxies of ours append to X-Forwarded-For; what a visitor wrote there never counts.
ALLAUTH_TRUSTED_PROXY_COUNT = 0
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_ADAPTER = "organizations.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Crossover"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
STATICFILES_FINDERS = [
    "config.bundles.BundleFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Where the stylesheet and the script of all pages are put together.
BUNDLE_ROOT = BASE_DIR / ".state" / "bundles"
STATIC_ROOT = Path(environment.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
# Deliverables lie outside the web root; the app alone hands them out.
MEDIA_ROOT = Path(environment.text("DELIVERABLES_ROOT", str(BASE_DIR / ".state" / "deliverables")))
FILE_UPLOAD_PERMISSIONS = 0o600
# Without a bucket files lie in the folder.
FILES_S3_BUCKET = environment.text("FILES_S3_BUCKET", "")
FILES_S3_ENDPOINT_URL = environment.text("FILES_S3_ENDPOINT_URL", "")
FILES_S3_REGION = environment.text("FILES_S3_REGION", "")
FILES_S3_ENCRYPTION = environment.text("FILES_S3_ENCRYPTION", "AES256")
FILES_S3_KMS_KEY_ID = environment.text("FILES_S3_KMS_KEY_ID", "")
# Where large uploads are written while they come in; the system's folder where none is named.
FILE_UPLOAD_TEMP_DIR = environment.text("UPLOAD_TEMP_ROOT", "") or None

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "organizations.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 10
# Whether mail stays on this machine, so that a page may show its link to who caused it.
IS_MAIL_LOCAL = False
# The product's own address: what every link in a mail begins with, whatever host a request named.
SITE_URL = environment.text("SITE_URL", "") or (
    f"https://{[*ALLOWED_HOSTS, 'localhost'][0].lstrip('.*')}/"
)
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", "crossover@localhost")

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for Redis as long as it takes
CELERY_WORKER_CONSUMER = "config.consumer:Consumer"
# Its lines are events like all others.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
# A broker that does not answer must not hold a request: the relay sends again.
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, float] = {
    "socket_timeout": 2,
    "socket_connect_timeout": 1,
    "visibility_timeout": 3600,
    "max_retries": 1,
}
CELERY_BEAT_SCHEDULE = {
    "relay": {"task": "jobs.relay", "schedule": 2.0},
    "reap": {"task": "jobs.reap", "schedule": 5.0},
    "mail": {"task": "organizations.send_mail", "schedule": 2.0},
    "sweep-uploads": {"task": "usage.sweep_uploads", "schedule": 3600.0},
    "erasures": {"task": "organizations.erase_due", "schedule": 300.0},
    "months": {"task": "organizations.make_months", "schedule": 3600.0},
    "old-jobs": {"task": "jobs.remove_old", "schedule": 24 * 3600.0},
    "old-audit": {"task": "organizations.remove_old_audit_events", "schedule": 24 * 3600.0},
    "old-usage": {"task": "usage.remove_old_hours", "schedule": 24 * 3600.0},
    "sweep-exports": {"task": "reports.sweep_exports", "schedule": 3600.0},
    "pulls": {"task": "usage.request_due_pulls", "schedule": 60.0},
}
JOB_LEASE_SECONDS = environment.number("JOB_LEASE_SECONDS", 30)
JOB_RESEND_SECONDS = environment.number("JOB_RESEND_SECONDS", 30)
JOB_MAX_ATTEMPTS = 3
JOB_KEPT_DAYS = environment.days_kept("JOB_KEPT_DAYS", 365)
# The database refuses to delete audit events before a year is over.
AUDIT_KEPT_DAYS = environment.days_kept("AUDIT_KEPT_DAYS", 0, least=365)
USAGE_KEPT_DAYS = environment.days_kept("USAGE_KEPT_DAYS", 0)
JOB_TIME_LIMIT_SECONDS = environment.number("JOB_TIME_LIMIT_SECONDS", 900)
DOCUMENT_TIME_LIMIT_SECONDS = environment.number("DOCUMENT_TIME_LIMIT_SECONDS", 300)
CELERY_TASK_TIME_LIMIT = JOB_TIME_LIMIT_SECONDS + 60

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "organizations.api.authentication.KeyAuthentication",
        "organizations.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["organizations.api.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "organizations.api.parsing.JsonAlways",
    "DEFAULT_THROTTLE_CLASSES": ["organizations.api.authentication.Throttle"],
    "DEFAULT_SCHEMA_CLASS": "organizations.api.schema.Schema",
    "EXCEPTION_HANDLER": "organizations.api.errors.handle",
}
API_REQUESTS_PER_MINUTE = environment.number("API_REQUESTS_PER_MINUTE", 600)
# How many requests one web process works on at once.
WEB_THREADS = environment.number("WEB_THREADS", 8)
# Computing in web processes; the rest waits a moment, then is told to ask again.
COMPUTING_AT_ONCE = environment.number("COMPUTING_AT_ONCE", 4)
COMPUTING_PER_ORGANIZATION = environment.number("COMPUTING_PER_ORGANIZATION", 2)
# Of one address, for the public demo and for what is shared by link.
PUBLIC_REQUESTS_PER_MINUTE = environment.number("PUBLIC_REQUESTS_PER_MINUTE", 120)
# The source whose newest price book new scenarios pin.
PRICE_SOURCE = environment.text("PRICE_SOURCE", "genai-prices")
# For how long an erasure that was asked for can be withdrawn.
ERASURE_DELAY_DAYS = environment.number("ERASURE_DELAY_DAYS", 14, least=0)
# For how long the archive of an organization can be downloaded.
EXPORT_KEPT_DAYS = environment.number("EXPORT_KEPT_DAYS", 7, least=1)
# Hosts that usage may be pulled from although their addresses are private, and by plain HTTP too.
PULL_PRIVATE_HOSTS = environment.words("PULL_PRIVATE_HOSTS")
SPECTACULAR_SETTINGS = {
    "TITLE": "Crossover",
    "DESCRIPTION": "Assess what a company's LLM inference costs, and what it should cost.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "ENUM_NAME_OVERRIDES": {
        "JobState": "jobs.models.JobState.choices",
        "AnswerState": "assessments.serializers.STATES",
        "AnswerKind": "assessments.models.AnswerKind.choices",
        "AssessmentStatus": "assessments.models.AssessmentStatus.choices",
        "ActionStatus": "assessments.serializers.STATUSES",
        "DeliverableKind": "reports.models.DeliverableKind.choices",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "organizations.api.schema.refuse_unknown_fields",
        "costing.scenarios.schemas.add_engine_documents",
    ],
}

LOGGING = logging_settings(
    level=environment.text("LOG_LEVEL", "INFO"), as_json=MODE == "production"
)
