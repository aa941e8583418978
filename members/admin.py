"""The staff's window on people: registrations to answer, accounts to approve, roles and
mandates.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from ledger.models import LegalEntity
from members import queries, visitors
from members.actions import affiliates, bank_accounts, mandates, tokens, users
from members.models import (
    Activity,
    Affiliate,
    ApiToken,
    BankAccount,
    Household,
    Mandate,
    Role,
    Trade,
    User,
)
from members.roles import ByRole
from members.scopes import Scope
from members.states import AffiliateStatus
from office import clock
from office.desk import button
from office.templatetags import house
from office.windows import Queue

admin.site.unregister(Group)  # roles are a column of the user, nothing else gives rights


class ReasonForm(forms.Form):
    """Why: read by the person it concerns."""

    reason = forms.CharField(
        label=_("Raison, lue par la personne"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Écrivez la raison : elle sera lue par la personne.")},
    )


def staff_choice() -> QuerySet[User]:
    return User.objects.staff().order_by("name")


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


class StaffForm(forms.Form):
    """Someone who joins the staff."""

    name = forms.CharField(label=_("Nom"), max_length=120)
    email = forms.EmailField(label=_("Adresse e-mail"))
    role = forms.ChoiceField(label=_("Rôle"), choices=Role.choices)

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(
                _("Cette adresse a déjà un compte. Choisissez-en une autre.")
            )
        return email


class RoleForm(forms.Form):
    """What a member of the staff may do."""

    role = forms.ChoiceField(label=_("Rôle"), choices=Role.choices)


class MandateForm(forms.Form):
    """Who signs for which entity, from when until when."""

    user = forms.ModelChoiceField(label=_("Personne"), queryset=User.objects.none())
    entity = forms.ModelChoiceField(label=_("Entité"), queryset=LegalEntity.objects.order_by("id"))
    title = forms.CharField(label=_("Titre, imprimé sous la signature"), max_length=80)
    starts_on = forms.DateField(
        label=_("Du"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    ends_on = forms.DateField(
        label=_("Au"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = staff_choice()  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """The last day."""

    on = forms.DateField(
        label=_("Dernier jour"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class AffiliateQueue(Queue):
    views = (
        ("registered", _("à accepter")),
        ("unconfirmed", _("e-mail à confirmer")),
        ("accepted", _("membres")),
        ("refused", _("refusées")),
        ("all", _("toutes")),
    )

    def rows(self, view: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        to_accept = queryset.filter(status="registered", user__email_confirmed_at__isnull=False)
        unconfirmed = queryset.filter(status="registered", user__email_confirmed_at=None)
        return {
            "registered": to_accept,
            "unconfirmed": unconfirmed,
            "accepted": queryset.filter(status="accepted"),
            "refused": queryset.filter(status="refused"),
        }.get(view, queryset)


class BankAccountQueue(Queue):
    views = (
        ("to_approve", _("à approuver")),
        ("to_confirm", _("attendent le lien")),
        ("approved", _("approuvés")),
        ("refused", _("refusés")),
        ("all", _("tous")),
    )

    def rows(self, view: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = queryset.filter(affiliate__status="accepted")
        return {
            "to_approve": known.filter(
                approved_at=None, refused_at=None, confirmed_at__isnull=False
            ),
            "to_confirm": queryset.filter(approved_at=None, refused_at=None, confirmed_at=None),
            "approved": queryset.filter(approved_at__isnull=False),
            "refused": queryset.filter(refused_at__isnull=False),
        }.get(view, queryset)


class BankAccounts(ByRole, TabularInline):
    model = BankAccount
    fk_name = "affiliate"
    fields = ("iban", "asked_at", "confirmed_at", "approved_at", "approved_by", "refused_at")
    extra = 0


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
    list_filter = (AffiliateQueue, "trade")
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
    actions_detail = ("accept", "refuse", "reopen", "send_link")

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

    @button(
        _("Accepter"),
        permissions=["advisor"],
        primary=True,
        when=lambda row: row.status == AffiliateStatus.REGISTERED and row.user.email_confirmed_at,
        question=_(
            "Son activité s’ouvre, le compte bancaire donné à l’inscription et confirmé par e-mail "
            "est approuvé, et la personne est prévenue."
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


def awaits(row: BankAccount) -> bool:
    """Whether an account of a member is still to approve or refuse."""
    is_open = row.approved_at is None and row.refused_at is None
    return is_open and row.affiliate.status == AffiliateStatus.ACCEPTED


def current_account(row: BankAccount) -> str:
    """Where her pay goes until this one is approved."""
    current = queries.bank_account_of(row.affiliate_id, clock.now())
    return house.iban(current.iban) if current else str(_("aucun"))


@admin.register(BankAccount)
class BankAccountAdmin(ByRole, ModelAdmin):
    list_display = ("affiliate", "account", "asked_at", "confirmed_at", "approved_at", "refused_at")
    list_filter = (BankAccountQueue,)
    list_select_related = ("affiliate__user",)
    search_fields = ("affiliate__first_name", "affiliate__last_name", "iban")
    ordering = ("asked_at", "id")
    fields = (
        "affiliate",
        "account",
        "bic",
        "current",
        "asked_at",
        "confirmed_at",
        "approved_at",
        "approved_by",
        "refused_at",
        "refused_by",
        "refusal_reason",
    )
    actions_detail = ("approve", "refuse")

    @admin.display(description=_("compte"))
    def account(self, row: BankAccount) -> str:
        return house.iban(row.iban)

    @admin.display(description=_("la paie va aujourd’hui au compte"))
    def current(self, row: BankAccount) -> str:
        return current_account(row)

    @button(
        _("Approuver"),
        permissions=["finance"],
        primary=True,
        when=lambda row: row.confirmed_at and awaits(row),
        facts=lambda row: [
            (_("affilié"), row.affiliate.name),
            (_("nouveau compte"), house.iban(row.iban)),
            (_("compte actuel"), current_account(row)),
        ],
        question=_("Les paies préparées à partir de maintenant iront à ce compte."),
    )
    def approve(self, request: HttpRequest, row: BankAccount) -> str | Promise:
        user, by = visitors.user_of(request), visitors.actor(request)
        bank_accounts.approve(row.pk, user=user, by=by, at=clock.now())
        return _("Compte approuvé : la personne est prévenue.")

    @button(
        _("Refuser"),
        permissions=["finance"],
        when=lambda row: awaits(row),
        question=_("La paie continue d’aller au compte actuel. La personne reçoit cette raison."),
        form=ReasonForm,
    )
    def refuse(self, request: HttpRequest, row: BankAccount, *, reason: str) -> str | Promise:
        user, by = visitors.user_of(request), visitors.actor(request)
        bank_accounts.refuse(row.pk, reason=reason, user=user, by=by, at=clock.now())
        return _("Compte refusé : la personne est prévenue.")


@admin.register(User)
class UserAdmin(ByRole, ModelAdmin):
    list_display = ("name", "email", "role", "is_active", "last_login")
    list_filter = ("role", "is_staff", "is_active")
    search_fields = ("name", "email")
    ordering = ("-is_staff", "name", "id")
    fields = (
        "name",
        "email",
        "language",
        "role",
        "is_active",
        "joined_at",
        "email_confirmed_at",
        "last_login",
    )
    actions_list = ("hire",)
    actions_detail = ("give_role", "dismiss")

    @button(
        _("Engager"),
        permissions=["administrator"],
        question=_("La personne choisit son mot de passe depuis la page de connexion."),
        form=StaffForm,
    )
    def hire(
        self, request: HttpRequest, row: None, *, name: str, email: str, role: str
    ) -> str | Promise:
        by, at = visitors.actor(request), clock.now()
        users.hire(email=email, name=name, role=role, password=None, by=by, at=at)
        users.ask_password(email, at=at)
        return _("Compte ouvert : un lien pour choisir un mot de passe est parti.")

    @button(
        _("Donner un rôle"),
        permissions=["administrator"],
        when=lambda row: row.is_staff and row.is_active,
        question=_("Le nouveau rôle compte tout de suite."),
        form=RoleForm,
    )
    def give_role(self, request: HttpRequest, row: User, *, role: str) -> str | Promise:
        users.give_role(row.pk, role=role, by=visitors.actor(request), at=clock.now())
        return _("Rôle donné.")

    @button(
        _("Fermer le compte"),
        permissions=["administrator"],
        when=lambda row: row.is_staff and row.is_active,
        question=_("La personne ne peut plus se connecter ; ce qu’elle a fait reste à son nom."),
    )
    def dismiss(self, request: HttpRequest, row: User) -> str | Promise:
        users.dismiss(row.pk, by=visitors.actor(request), at=clock.now())
        return _("Compte fermé.")


class TokenForm(forms.Form):
    """A key for a program of the staff's own."""

    name = forms.CharField(label=_("Nom"), max_length=60)
    scopes = forms.MultipleChoiceField(
        label=_("Droits"),
        choices=[(scope, scope.label) for scope in Scope if scope.value.endswith(":read")],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(
        label=_("Expire après (jours)"),
        choices=[(str(days), str(days)) for days in tokens.LIVES_DAYS],
        coerce=int,
    )


@admin.register(ApiToken)
class ApiTokenAdmin(ByRole, ModelAdmin):
    """Everybody's tokens by their first letters; an administrator makes her own, to read."""

    list_display = (
        "name",
        "prefix",
        "user",
        "created_at",
        "last_used_at",
        "expires_at",
        "revoked_at",
    )
    list_select_related = ("user",)
    search_fields = ("name", "prefix", "user__name", "user__email")
    ordering = ("-id",)
    fields = (
        *("name", "prefix", "user", "scopes"),
        *("created_at", "last_used_at", "expires_at", "revoked_at"),
    )
    actions_list = ("create",)
    actions_detail = ("revoke",)

    @button(
        _("Créer un jeton de lecture"),
        permissions=["administrator"],
        question=_(
            "Il lit tout ce que vous lisez et n’agit sur rien. Il n’est montré qu’une fois : "
            "copiez-le sur la page suivante."
        ),
        form=TokenForm,
    )
    def create(self, request: HttpRequest, row: None, **values: Any) -> HttpResponse:
        by, at = visitors.actor(request), clock.now()
        made = tokens.create(visitors.user_of(request).pk, **values, by=by, at=at)
        context = {**self.admin_site.each_context(request), "title": _("Jeton"), "made": made}
        return TemplateResponse(request, "members/token_made.html", context)

    @button(
        _("Révoquer"),
        when=lambda row: row.revoked_at is None,
        permissions=["administrator"],
        question=_("Le programme qui s’en sert est refusé dès la prochaine demande."),
    )
    def revoke(self, request: HttpRequest, row: ApiToken) -> str | Promise:
        tokens.revoke(row.pk, by=visitors.actor(request), at=clock.now())
        return _("Le jeton n’ouvre plus rien.")


@admin.register(Mandate)
class MandateAdmin(ByRole, ModelAdmin):
    list_display = ("user", "title", "entity", "starts_on", "ends_on")
    list_select_related = ("user", "entity")
    ordering = ("-starts_on", "id")
    actions_list = ("give",)
    actions_detail = ("end",)

    @button(
        _("Donner un mandat"),
        permissions=["administrator"],
        question=_("La personne pourra signer les contrats de cette entité."),
        form=MandateForm,
    )
    def give(
        self, request: HttpRequest, row: None, *, user: User, entity: LegalEntity, **values: Any
    ) -> str | Promise:
        by, at = visitors.actor(request), clock.now()
        mandates.give(user_id=user.pk, entity_id=entity.pk, **values, by=by, at=at)
        return _("Mandat donné.")

    @button(
        _("Mettre fin"),
        permissions=["administrator"],
        when=lambda row: row.ends_on is None or row.ends_on > clock.today(),
        question=_("Après ce jour, la personne ne signe plus pour cette entité."),
        form=EndForm,
    )
    def end(self, request: HttpRequest, row: Mandate, *, on: Any) -> str | Promise:
        mandates.end(row.pk, on=on, by=visitors.actor(request), at=clock.now())
        return _("Mandat terminé.")


@admin.register(Trade)
class TradeAdmin(ByRole, ModelAdmin):
    list_display = ("label_fr", "code", "contract_kind", "risk_class", "pay_class", "active")
    list_filter = ("contract_kind", "artistic", "active")
    search_fields = ("label_fr", "label_nl", "label_en", "code")


@admin.register(Activity)
class ActivityAdmin(ByRole, ModelAdmin):
    list_display = ("name", "affiliate", "entity", "kind", "opened_at")
    list_select_related = ("affiliate", "entity")
    search_fields = ("name", "ref", "affiliate__last_name")
    ordering = ("-opened_at", "id")
