"""Tables every department uses."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from office.batches.models import Batch as Batch
from office.batches.models import BatchRow as BatchRow
from office.refs import RefField


class Event(models.Model):
    """Something that happened. The one audit trail; rows are never changed (guard in the database).

    ``subjects`` are the things it concerns (``order:12``, ``activity:3``). Events that are evidence
    of signing carry a ``chain`` (``order:12``): each holds the hash of the one before it there.
    """

    at = models.DateTimeField(_("quand"))
    kind = models.CharField(_("événement"), max_length=60)
    by_kind = models.CharField(_("qui agit"), max_length=10)
    by_name = models.CharField(_("par"), max_length=200)
    by_user_id = models.BigIntegerField(_("compte"), null=True)
    address = models.CharField(_("adresse du réseau"), max_length=45, blank=True)
    agent = models.CharField(_("navigateur"), max_length=300, blank=True)
    subjects = ArrayField(models.CharField(max_length=40), verbose_name=_("concerne"))
    data = models.JSONField(_("détails"), default=dict)
    chain = models.CharField(_("chaîne"), max_length=40, blank=True)
    position = models.PositiveIntegerField(_("rang"), null=True)  # 1, 2, 3 ... in its chain
    previous_hash = models.CharField(_("empreinte précédente"), max_length=64, blank=True)
    hash = models.CharField(_("empreinte"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("événement")
        verbose_name_plural = _("événements")
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
        return f"{self.kind} {localtime(self.at):%d/%m/%Y %H:%M}"


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
        verbose_name = _("lien")
        verbose_name_plural = _("liens")
        indexes = [models.Index(fields=["subject", "purpose"])]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject}"


class Document(models.Model):
    """A paper of the house: a row made with the act it proves, rendered once by a worker.

    ``template`` is versioned and per language (``print/invoice.v1.fr.html``); ``context`` holds
    everything it prints, frozen, so that no paper is ever rendered from live data. Uploaded papers
    have no template.
    """

    ref = RefField(_("référence"))
    kind = models.CharField(_("sorte"), max_length=30)
    language = models.CharField(_("langue"), max_length=2)
    subject = models.CharField(_("concerne"), max_length=40)
    title = models.CharField(_("titre"), max_length=200)
    file_name = models.CharField(_("nom du fichier"), max_length=120)
    media_type = models.CharField(_("format"), max_length=60, default="application/pdf")
    template = models.CharField(_("modèle"), max_length=100, blank=True)
    context = models.JSONField(_("contenu"), default=dict)
    specimen = models.BooleanField(_("spécimen"), default=False)
    sealed = models.BooleanField(_("scellé"), default=False)  # the kept file bears our seal
    after = models.ForeignKey(  # made once that one is: this paper prints its hash
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="followers",
        verbose_name=_("fait après"),
    )
    created_at = models.DateTimeField(_("demandé le"))
    claimed_until = models.DateTimeField(_("pris jusqu’à"), null=True)
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    stuck_at = models.DateTimeField(_("bloqué le"), null=True)
    fault = models.CharField(_("cause"), max_length=300, blank=True)
    sha256 = models.CharField(_("empreinte"), max_length=64, null=True)
    size = models.PositiveIntegerField(_("taille (octets)"), null=True)
    made_at = models.DateTimeField(_("prêt le"), null=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [
            models.Index(fields=["subject", "kind"]),
            models.Index(fields=["id"], condition=Q(sha256=None), name="document_to_make"),
            models.Index(fields=["sha256"]),
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

    kind = models.CharField(_("sorte"), max_length=60)
    to = models.EmailField(_("à"))
    language = models.CharField(_("langue"), max_length=2)
    subject_line = models.CharField(_("objet"), max_length=200)
    body = models.TextField(_("texte"))  # holds office.mail.LINK_MARK where the link goes
    link = models.ForeignKey(
        Link, null=True, on_delete=models.PROTECT, related_name="letters", verbose_name=_("lien")
    )
    way_out = models.ForeignKey(  # stops letters of this kind; null: she must get them
        Link, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("désabonnement")
    )
    about = models.CharField(_("concerne"), max_length=40)
    once = models.CharField(_("une seule fois"), max_length=120, unique=True)
    message_id = models.CharField(_("identifiant du courriel"), max_length=120, unique=True)
    posted_at = models.DateTimeField(_("écrite le"))
    claimed_until = models.DateTimeField(_("prise jusqu’à"), null=True)
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    handed_over_at = models.DateTimeField(
        _("remise au serveur le"), null=True
    )  # just before the mail server gets it
    sent_at = models.DateTimeField(_("partie le"), null=True)
    stuck_at = models.DateTimeField(_("bloquée le"), null=True)
    fault = models.CharField(_("cause"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("lettre")
        verbose_name_plural = _("lettres")
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


class Notice(models.Model):
    """What one person was told: a kind and its values, put into words when she reads it."""

    ref = RefField()
    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    once = models.CharField(max_length=120, unique=True)
    about = models.CharField(max_length=40)
    values = models.JSONField(default=dict)
    told_at = models.DateTimeField()
    waits = models.BooleanField(default=False)  # for her next digest
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user_id", "-id"]),
            models.Index(fields=["user_id"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=["about"], condition=Q(read_at=None), name="notice_to_settle"),
            models.Index(fields=["user_id"], condition=Q(waits=True), name="notice_waits"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(waits=False) | Q(read_at=None), name="notice_read_waits_no_more"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


class NoticeChoice(models.Model):
    """How one person wants to be told of one kind (`office.notices.How`)."""

    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    how = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user_id", "kind"], name="notice_choice_once"),
            models.CheckConstraint(
                condition=Q(how__in=["mail", "digest", "portal"]), name="notice_choice_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.how}"


class Counter(models.Model):
    """The last number of a series (``CE:invoice``) and the date it was given on."""

    series = models.CharField(max_length=60, unique=True)
    last_number = models.PositiveBigIntegerField(default=0)
    last_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("compteur")
        verbose_name_plural = _("compteurs")

    def __str__(self) -> str:
        return f"{self.series} {self.last_number}"


class Policy(models.Model):
    """House policy of one department from a date on. Past rows are never altered."""

    labels: ClassVar[dict[str, str | Promise]] = {}  # of each department (`office.policy`)

    department = models.CharField(_("domaine"), max_length=30)
    starts_on = models.DateField(_("à partir du"))
    values = models.JSONField(_("valeurs"))
    decided_at = models.DateTimeField(_("décidée le"))
    decided_by = models.CharField(_("décidée par"), max_length=200)

    class Meta:
        verbose_name = _("règle de la maison")
        verbose_name_plural = _("règles de la maison")
        constraints = [
            models.UniqueConstraint(fields=["department", "starts_on"], name="policy_one_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.domain} {self.starts_on:%d/%m/%Y}"

    @property
    def domain(self) -> str:
        """The department as people know it."""
        return str(self.labels.get(self.department, self.department))


class DemoClock(models.Model):
    """How far the demo's clock stands ahead of the real one: one row at most, in the demo only."""

    ahead = models.DurationField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="demo_clock_alone")]

    def __str__(self) -> str:
        return str(self.ahead)


class EventToShare(models.Model):
    """An event that stands in nobody's feed yet: put here by a trigger, with the event itself."""

    event = models.OneToOneField(
        Event, primary_key=True, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )

    def __str__(self) -> str:
        return str(self.event_id)


class FeedItem(models.Model):
    """An event as one person may follow it from outside: what happened to which of her things.

    Rows are written by one process at a time, so that their order is that of their commits and
    whoever reads on after the last one misses none.
    """

    ref = RefField()
    user_id = models.BigIntegerField()
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    things = models.JSONField()  # [{"kind": "order", "ref": "7K2M9QWX"}]

    class Meta:
        indexes = [models.Index(fields=["user_id", "id"])]
        constraints = [models.UniqueConstraint(fields=["event", "user_id"], name="feed_item_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


class Webhook(models.Model):
    """Where a person wants to be told of her feed. Nothing leaves before staff approved the host.

    ``secret`` signs what is sent, sealed here and shown to her once.
    """

    ref = RefField()
    user_id = models.BigIntegerField(_("personne"))
    owner = models.CharField(_("de"), max_length=120)  # as she was named when she asked
    url = models.URLField(_("adresse"), max_length=300)
    kinds = ArrayField(models.CharField(max_length=60), verbose_name=_("événements"))
    secret = models.BinaryField()  # office.crypto.seal
    asked_at = models.DateTimeField(_("demandé"))
    approved_at = models.DateTimeField(_("approuvé"), null=True)
    approved_by = models.CharField(_("approuvé par"), max_length=120, blank=True)
    ended_at = models.DateTimeField(_("terminé"), null=True)

    class Meta:
        verbose_name = _("envoi automatique")
        verbose_name_plural = _("envois automatiques")
        indexes = [
            models.Index(fields=["user_id"], condition=Q(ended_at=None), name="webhook_live")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by="")
                | (Q(approved_at__isnull=False) & ~Q(approved_by="")),
                name="webhook_approved_by_someone",
            )
        ]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One item of a feed on its way to one webhook: a row first, sent by a worker, tried again."""

    ref = RefField()
    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="deliveries")
    item = models.ForeignKey(FeedItem, on_delete=models.PROTECT, related_name="+")
    again = models.BooleanField(default=False)  # asked for once more by its owner
    planned_at = models.DateTimeField(_("prévu"))
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    answered = models.PositiveSmallIntegerField(
        _("réponse"), null=True
    )  # HTTP status, last attempt
    fault = models.CharField(_("difficulté"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("reçu"), null=True)
    stuck_at = models.DateTimeField(_("abandonné"), null=True)

    class Meta:
        verbose_name = _("livraison")
        verbose_name_plural = _("livraisons")
        indexes = [
            models.Index(fields=["webhook", "-id"]),
            models.Index(
                fields=["id"], condition=Q(sent_at=None, stuck_at=None), name="delivery_to_send"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "item"], condition=Q(again=False), name="delivery_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} → {self.webhook}"


class Tally(models.Model):
    """How often one door was tried by one visitor since an instant (`office.limits`)."""

    key = models.CharField(max_length=64, unique=True)
    since = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.count} ({self.since:%H:%M})"


class SealedFile(models.Model):
    """A file sealed by a key of its own (`office.vault`); without key it is forgotten."""

    sha256 = models.CharField(max_length=64, null=True, unique=True)  # of what stands on the disk
    key = models.BinaryField(null=True)  # office.crypto.seal_bytes
    media_type = models.CharField(max_length=60)
    extension = models.CharField(max_length=6)
    kept_at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__isnull=False, key__isnull=False, forgotten_at=None)
                | Q(sha256=None, key=None, forgotten_at__isnull=False),
                name="sealed_file_whole_or_forgotten",
            )
        ]

    def __str__(self) -> str:
        return self.sha256 or "—"
