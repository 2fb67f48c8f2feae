"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from config.requests import PlainText

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = PlainText(get_wsgi_application())
