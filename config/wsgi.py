"""The WSGI application."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config.frames import with_room
from config.requests import WAITING, HealthFirst, RequestGuard

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = HealthFirst(
    with_room(RequestGuard(get_wsgi_application())), working=settings.WEB_THREADS, waiting=WAITING
)
