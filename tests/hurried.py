"""The beat of a test's world: the sweeps of seconds come five times as often, nothing else is new.

A story that waits for what no nudge brought would else wait five seconds for its first sweep.
"""

from smart.celery import app

for entry in app.conf.beat_schedule.values():
    if entry["schedule"] < 60:
        entry["schedule"] /= 5
