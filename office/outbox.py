"""The only publisher of tasks. A thing to do is a row first; a nudge only makes it quick.

After the commit the task is handed to one publishing thread of this process, and waited for at most
a second. When the broker is gone or silent nobody waits again until it answers: until then nudges
are dropped, but for one now and then that tries it, and the sweep does what they would have done.
"""

import os
import queue
import threading
import time
from functools import partial

import structlog
from celery import current_app
from django.db import transaction

log = structlog.get_logger(__name__)

WAIT_SECONDS = 1.0
PAUSE_SECONDS = 5.0


class Publisher:
    """One thread that publishes, and what it knows of the broker's health."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._waiting: queue.SimpleQueue[tuple[str, int, threading.Event]] = queue.SimpleQueue()
        self._unpublished = 0
        self._healthy = True
        self._quiet_until = 0.0
        self._thread: threading.Thread | None = None

    def publish(self, task_name: str, row_id: int) -> None:
        """Publish, or give up within a second; at once while the broker is known to be silent."""
        published = threading.Event()
        with self._turn:
            if not self._healthy:
                if self._unpublished or time.monotonic() < self._quiet_until:
                    return
                self._quiet_until = time.monotonic() + PAUSE_SECONDS
            wait = WAIT_SECONDS if self._healthy else 0.0
            self._unpublished += 1
            self._waiting.put((task_name, row_id, published))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
                self._thread.start()
        if wait and not published.wait(wait):
            self._broker_is(healthy=False, why="silent")

    def _run(self) -> None:
        while True:
            task_name, row_id, published = self._waiting.get()
            try:
                if self._healthy or not self._waiting.qsize():  # of a jam only the last one tries
                    current_app.send_task(task_name, args=[row_id], retry=False)
                    self._broker_is(healthy=True)
            except Exception as fault:  # whatever it is, the sweep does the work
                self._broker_is(healthy=False, why=type(fault).__name__)
            finally:
                with self._turn:
                    self._unpublished -= 1
                published.set()

    def _broker_is(self, *, healthy: bool, why: str = "") -> None:
        with self._turn:
            changed, self._healthy = self._healthy != healthy, healthy
            if not healthy:
                self._quiet_until = time.monotonic() + PAUSE_SECONDS
        if changed:
            log.warning("outbox.broker", healthy=healthy, why=why)


_publisher = Publisher()


def _forget_publisher() -> None:
    """A forked child has no copy of the parent's thread."""
    global _publisher
    _publisher = Publisher()


os.register_at_fork(after_in_child=_forget_publisher)


def nudge(task_name: str, row_id: int) -> None:
    """After the commit, ask a worker to look at a row. Never raises, never holds the caller."""
    transaction.on_commit(partial(_publish, task_name, row_id), robust=True)


def _publish(task_name: str, row_id: int) -> None:
    _publisher.publish(task_name, row_id)
