"""The demo's mailbox. In production this table stays empty."""

from django.db import models

from office.refs import RefField


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
