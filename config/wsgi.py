"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from config.requests import RequestGuard

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = RequestGuard(get_wsgi_application())
