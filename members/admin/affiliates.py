"""Registrations to answer, and everything about a member."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from ledger.models import LegalEntity
from members import acting, queries, visitors
from members.actions import acting as acting_actions
from members.actions import affiliates
from members.admin import papers
from members.admin.windows import HandOverForm, JournalForm, Portfolio, ReasonForm, staff_choice
from members.models import Affiliate, BankAccount, Household, User
from members.roles import ByRole
from members.states import AffiliateStatus
from office import clock
from office.desk import button, many, own_page
from office.templatetags import house
from office.windows import Queue


class AcceptForm(forms.Form):
    """Which entity employs her, who advises her."""

    entity = forms.ModelChoiceField(
        label=_("Entité qui l’emploie"), queryset=LegalEntity.objects.order_by("id")
    )
    advisor = forms.ModelChoiceField(
        label=_("Conseiller"), queryset=User.objects.none(), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["advisor"].queryset = staff_choice()  # type: ignore[attr-defined]
        self.fields["entity"].initial = LegalEntity.objects.order_by("id").first()


class AffiliateQueue(Queue):
    views = (
        ("registered", _("à accepter")),
        ("papers", _("pièces à vérifier")),
        ("waiting", _("attendent une pièce")),
        ("draft", _("à compléter")),
        ("accepted", _("membres")),
        ("refused", _("refusées")),
        ("all", _("toutes")),
    )

    def rows(self, view: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        registered = queryset.filter(status=AffiliateStatus.REGISTERED)
        asked_again = Q(pk__in=papers.waiting_for_her().values("affiliate"))
        return {
            "registered": registered.exclude(asked_again),
            "papers": queryset.filter(has_papers_to_check=True),
            "waiting": registered.filter(asked_again),
            "draft": queryset.filter(status=AffiliateStatus.DRAFT),
            "accepted": queryset.filter(status=AffiliateStatus.ACCEPTED),
            "refused": queryset.filter(status=AffiliateStatus.REFUSED),
        }.get(view, queryset)


class BankAccounts(ByRole, TabularInline):
    model = BankAccount
    fk_name = "affiliate"
    fields = ("account", "asked_at", "confirmed_at", "approved_at", "approved_by", "refused_at")
    readonly_fields = ("account",)
    extra = 0

    @admin.display(description=_("compte"))
    def account(self, row: BankAccount) -> str:
        return self.link("members_bankaccount_change", row.pk, house.iban(row.iban))


class Households(ByRole, TabularInline):
    model = Household
    fields = (
        "starts_on",
        "scale",
        "partner_income",
        "children",
        "disabled_children",
        "single_parent",
        "higher_rate",
        "recorded_at",
    )
    ordering = ("-starts_on", "-id")
    extra = 0


@admin.register(Affiliate)
class AffiliateAdmin(ByRole, ModelAdmin):
    list_display = ("name", "email", "confirmed", "trade", "registered_at", "status", "advisor")
    list_filter = (AffiliateQueue, Portfolio, "trade")
    list_select_related = ("user", "trade", "advisor")
    search_fields = ("first_name", "last_name", "user__email", "ref")
    search_help_text = _("Nom, e-mail, référence, ou numéro national entier.")
    ordering = ("registered_at", "id")
    fields = (
        "ref",
        "name",
        "email",
        "confirmed",
        "status",
        "birth_date",
        "national_number_masked",
        "street",
        "postcode",
        "city",
        "country",
        "phone",
        "trade",
        "registered_at",
        "decided_at",
        "decided_by",
        "refusal_reason",
        "advisor",
    )
    inlines = (BankAccounts, Households)
    actions = ("send_link_many", "hand_over_many")
    actions_detail = ("review", "accept", "refuse", "reopen", "send_link", "hand_over", "see_as")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Affiliate]:
        waiting = Exists(papers.waiting_for_us().filter(affiliate=OuterRef("pk")))
        return super().get_queryset(request).annotate(has_papers_to_check=waiting)

    @admin.display(description=_("nom"), ordering="last_name")
    def name(self, affiliate: Affiliate) -> str:
        return affiliate.name

    @admin.display(description=_("e-mail"))
    def email(self, affiliate: Affiliate) -> str:
        return affiliate.user.email

    @admin.display(description=_("e-mail confirmé"), boolean=True)
    def confirmed(self, affiliate: Affiliate) -> bool:
        return affiliate.user.email_confirmed_at is not None

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        same_number = queries.find_by_national_number(search_term)
        if same_number.exists():
            return queryset.filter(pk__in=same_number), False
        return super().get_search_results(request, queryset, search_term)

    @own_page(
        _("Vérifier les pièces"),
        permissions=["advisor"],
        primary=True,
        when=lambda row: row.has_papers_to_check,
    )
    def review(self, request: HttpRequest, row: Affiliate) -> HttpResponse:
        return papers.review(self, request, row)

    @button(
        _("Accepter"),
        permissions=["advisor"],
        primary=True,
        when=lambda row: row.status == AffiliateStatus.REGISTERED,
        question=_(
            "Son activité s’ouvre, le compte bancaire donné à l’inscription est approuvé, et la "
            "personne est prévenue."
        ),
        form=AcceptForm,
    )
    def accept(
        self, request: HttpRequest, row: Affiliate, *, entity: LegalEntity, advisor: User | None
    ) -> str | Promise:
        affiliates.accept(
            row.pk,
            entity_id=entity.pk,
            advisor_id=advisor.pk if advisor else None,
            user=visitors.user_of(request),
            by=visitors.actor(request),
            at=clock.now(),
        )
        return _("Inscription acceptée : l’activité est ouverte.")

    @button(
        _("Refuser"),
        permissions=["advisor"],
        when=lambda row: row.status == AffiliateStatus.REGISTERED,
        question=_("La personne reçoit un e-mail avec cette raison."),
        form=ReasonForm,
    )
    def refuse(self, request: HttpRequest, row: Affiliate, *, reason: str) -> str | Promise:
        user, by = visitors.user_of(request), visitors.actor(request)
        affiliates.refuse(row.pk, reason=reason, user=user, by=by, at=clock.now())
        return _("Inscription refusée : la personne est prévenue.")

    @button(
        _("Rouvrir"),
        permissions=["advisor"],
        when=lambda row: row.status == AffiliateStatus.REFUSED,
        question=_("L’inscription refusée redevient à accepter."),
    )
    def reopen(self, request: HttpRequest, row: Affiliate) -> str | Promise:
        affiliates.reopen(row.pk, by=visitors.actor(request), at=clock.now())
        return _("Inscription rouverte.")

    @button(
        _("Renvoyer le lien"),
        permissions=["advisor"],
        when=lambda row: row.user.email_confirmed_at is None,
        question=_("Un nouveau lien part vers son adresse e-mail ; l’ancien se ferme."),
    )
    def send_link(self, request: HttpRequest, row: Affiliate) -> str | Promise:
        if affiliates.send_confirmation(row.user_id, at=clock.now()):
            return _("Le lien est parti.")
        return _("Adresse déjà confirmée, ou lien parti il y a un instant.")

    send_link_many = many(send_link)

    @button(
        _("Confier à"),
        permissions=["advisor"],
        question=_("Ce qui attend cette personne attendra d’abord ce conseiller."),
        form=HandOverForm,
        initial=lambda row: {"advisor": row.advisor_id},
    )
    def hand_over(
        self, request: HttpRequest, row: Affiliate, *, advisor: User, reason: str
    ) -> str | Promise:
        by, at = visitors.actor(request), clock.now()
        affiliates.hand_over(row.pk, advisor_id=advisor.pk, reason=reason, by=by, at=at)
        return _("Confiée à {name}.").format(name=advisor.name)

    hand_over_many = many(hand_over)

    @button(
        _("Voir son espace"),
        permissions=["advisor"],
        question=_(
            "Vous voyez pendant 30 minutes ce que cette personne voit, sans pouvoir rien faire à "
            "sa place. Le journal garde qui a regardé, quand et pourquoi."
        ),
        form=JournalForm,
    )
    def see_as(self, request: HttpRequest, row: Affiliate, *, reason: str) -> HttpResponse:
        at = clock.now()
        seen = acting_actions.begin(row.pk, reason=reason, by=visitors.actor(request), at=at)
        acting.begin(request, seen, at=at)
        return redirect("home")
