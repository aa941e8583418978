"""Wiring: what joins the rooms into one platform."""

from smart.celery import app as celery_app

__all__ = ["celery_app"]
