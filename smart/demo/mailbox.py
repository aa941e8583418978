"""Where the demo's e-mails land instead of leaving the machine."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from office import clock
from smart.models import DemoMail


class EmailBackend(BaseEmailBackend):
    """Keeps each message once per reader, as a mail server would deliver it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Store the messages; gives how many there were."""
        arrived_at = clock.now()
        DemoMail.objects.bulk_create(
            DemoMail(
                to=address,
                subject_line=str(message.subject),
                text=str(message.body),
                message_id=message.extra_headers.get("Message-ID", ""),
                arrived_at=arrived_at,
            )
            for message in email_messages
            for address in message.recipients()
        )
        return len(email_messages)
