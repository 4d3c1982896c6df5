"""Settings of the live forum: the packaged ones with a database, a place for static files and no debugging."""

import os

from devproject.settings import *  # noqa: F403

DEBUG = False
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "misago",
        "USER": "postgres",
        "HOST": os.environ["HUIYIN_LIVE_SOCKET"],
        "PORT": os.environ["HUIYIN_LIVE_PORT"],
    }
}
STATIC_ROOT = os.environ["HUIYIN_LIVE_STATIC"]
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
LOGGING = {"version": 1, "disable_existing_loggers": True}
