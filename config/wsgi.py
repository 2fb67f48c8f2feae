"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from config.requests import WAITING, WORKING, HealthFirst, RequestGuard

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = HealthFirst(RequestGuard(get_wsgi_application()), working=WORKING, waiting=WAITING)
