"""Tables every department uses."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from office.refs import RefField


class Event(models.Model):
    """Something that happened. The one audit trail; rows are never changed (guard in the database).

    ``subjects`` are the things it concerns (``order:12``, ``activity:3``). Events that are evidence
    of signing carry a ``chain`` (``order:12``): each holds the hash of the one before it there.
    """

    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    by_kind = models.CharField(max_length=10)
    by_name = models.CharField(max_length=200)
    by_user_id = models.BigIntegerField(null=True)
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=300, blank=True)
    subjects = ArrayField(models.CharField(max_length=40))
    data = models.JSONField(default=dict)
    chain = models.CharField(max_length=40, blank=True)
    position = models.PositiveIntegerField(null=True)  # 1, 2, 3 ... in its chain
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [GinIndex(fields=["subjects"]), models.Index(fields=["kind", "at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["chain", "position"], condition=~Q(chain=""), name="event_chain_position"
            ),
            models.CheckConstraint(
                condition=Q(chain="", position=None, hash="")
                | (~Q(chain="") & Q(position__isnull=False) & ~Q(hash="")),
                name="event_chained_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class Link(models.Model):
    """A sealed link: one purpose, subject, address and life. Its token is stored nowhere."""

    purpose = models.CharField(max_length=30)
    subject = models.CharField(max_length=40)
    address = models.EmailField()
    nonce = models.CharField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)  # null: as long as the subject is kept
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "purpose"])]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject}"


class Document(models.Model):
    """A paper of the house: a row made with the act it proves, rendered once by a worker.

    ``template`` is versioned and per language (``print/invoice.v1.fr.html``); ``context`` holds
    everything it prints, frozen, so that no paper is ever rendered from live data. Uploaded papers
    have no template.
    """

    ref = RefField()
    kind = models.CharField(max_length=30)
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=60, default="application/pdf")
    template = models.CharField(max_length=100, blank=True)
    context = models.JSONField(default=dict)
    specimen = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    stuck_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=300, blank=True)
    sha256 = models.CharField(max_length=64, null=True)
    size = models.PositiveIntegerField(null=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "kind"]),
            models.Index(fields=["id"], condition=Q(sha256=None), name="document_to_make"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256=None, size=None, made_at=None)
                | Q(sha256__isnull=False, size__isnull=False, made_at__isnull=False),
                name="document_made_whole",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Letter(models.Model):
    """An e-mail, posted with the act that says it, delivered by a worker, never said twice."""

    kind = models.CharField(max_length=60)
    to = models.EmailField()
    language = models.CharField(max_length=2)
    subject_line = models.CharField(max_length=200)
    body = models.TextField()  # holds office.mail.LINK_MARK where the link goes
    link = models.ForeignKey(Link, null=True, on_delete=models.PROTECT, related_name="letters")
    about = models.CharField(max_length=40)
    once = models.CharField(max_length=120, unique=True)
    message_id = models.CharField(max_length=120, unique=True)
    posted_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    handed_over_at = models.DateTimeField(null=True)  # just before the mail server gets it
    sent_at = models.DateTimeField(null=True)
    stuck_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["about"]),
            models.Index(
                fields=["id"], condition=Q(sent_at=None, stuck_at=None), name="letter_to_send"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(handed_over_at__isnull=False),
                name="letter_sent_was_handed_over",
            )
        ]

    def __str__(self) -> str:
        return self.subject_line


class Counter(models.Model):
    """The last number of a series (``CE:invoice``) and the date it was given on."""

    series = models.CharField(max_length=60, unique=True)
    last_number = models.PositiveBigIntegerField(default=0)
    last_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.series} {self.last_number}"


class Policy(models.Model):
    """House policy of one department from a date on. Past rows are never altered."""

    department = models.CharField(max_length=30)
    starts_on = models.DateField()
    values = models.JSONField()
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint(fields=["department", "starts_on"], name="policy_one_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.starts_on}"


class DemoClock(models.Model):
    """How far the demo's clock stands ahead of the real one: one row at most, in the demo only."""

    ahead = models.DurationField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="demo_clock_alone")]

    def __str__(self) -> str:
        return str(self.ahead)
