"""What the top room keeps: the figures of the desk's charts, and the demo's mailbox,
which stays empty in production.
"""

from django.db import models

from office.refs import RefField


class DailyFigures(models.Model):
    """The figures of the desk's charts, computed once a day."""

    day = models.DateField(unique=True)
    values = models.JSONField()  # chart -> rows, as `smart.charts` reads them
    computed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.day)


class DemoMail(models.Model):
    """An e-mail the demo sent to nobody: it lands here, where its reader can open it."""

    ref = RefField()
    to = models.EmailField(db_index=True)
    subject_line = models.CharField(max_length=200)
    text = models.TextField()
    message_id = models.CharField(max_length=200)
    arrived_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.subject_line
