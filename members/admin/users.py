"""Who logs in: the staff, their roles."""

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from members import visitors
from members.actions import second_factors, users
from members.admin.windows import HandOverForm, JournalForm
from members.models import Role, User
from members.roles import ByRole
from office import clock
from office.desk import button, new_page, start_batch

admin.site.unregister(Group)  # roles are a column of the user, nothing else gives rights


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


class HandOverAllForm(HandOverForm):
    """To whom, and why; sent twice from one page it is asked once."""

    once = forms.CharField(widget=forms.HiddenInput, initial=new_page, max_length=40)


def is_two_step(user: User) -> bool:
    """Whether an app is linked, and asked for at login."""
    factor = getattr(user, "second_factor", None)
    return factor is not None and factor.confirmed_at is not None


@admin.register(User)
class UserAdmin(ByRole, ModelAdmin):
    list_display = ("name", "email", "role", "two_steps", "is_active", "last_login")
    list_select_related = ("second_factor",)
    list_filter = ("role", "is_staff", "is_active")
    search_fields = ("name", "email")
    ordering = ("-is_staff", "name", "id")
    fields = (
        "name",
        "email",
        "language",
        "role",
        "two_steps",
        "is_active",
        "joined_at",
        "email_confirmed_at",
        "last_login",
    )
    actions_list = ("hire",)
    actions_detail = ("give_role", "hand_over_all", "reset_second_factor", "dismiss")

    @admin.display(description=_("deux étapes"), boolean=True)
    def two_steps(self, user: User) -> bool | None:
        return is_two_step(user) if user.is_staff else None

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
        _("Confier ses membres à"),
        permissions=["administrator"],
        when=lambda row: row.is_staff and row.portfolio.exists(),
        facts=lambda row: [(_("membres suivis"), str(row.portfolio.count()))],
        question=_("Ce qui attend ces membres attendra d’abord ce conseiller."),
        form=HandOverAllForm,
    )
    def hand_over_all(
        self, request: HttpRequest, row: User, *, advisor: User, reason: str, once: str
    ) -> HttpResponse:
        people = row.portfolio.values_list("pk", flat=True)
        typed = {"advisor": [str(advisor.pk)], "reason": [reason]}
        return start_batch(request, "members.affiliate.hand_over", people, typed=typed, once=once)

    @button(
        _("Réinitialiser les deux étapes"),
        permissions=["administrator"],
        when=lambda row: row.is_staff and row.is_active and is_two_step(row),
        question=_(
            "Cette personne a perdu son téléphone et ses codes de secours : assurez-vous de vive "
            "voix que c’est elle. Elle reliera une autre application à sa prochaine connexion."
        ),
        form=JournalForm,
    )
    def reset_second_factor(self, request: HttpRequest, row: User, *, reason: str) -> str | Promise:
        by, at = visitors.actor(request), clock.now()
        second_factors.reset(row.pk, reason=reason, by=by, at=at)
        return _("Réinitialisée : la personne est prévenue.")

    @button(
        _("Fermer le compte"),
        permissions=["administrator"],
        when=lambda row: row.is_staff and row.is_active,
        question=_("La personne ne peut plus se connecter ; ce qu’elle a fait reste à son nom."),
    )
    def dismiss(self, request: HttpRequest, row: User) -> str | Promise:
        users.dismiss(row.pk, by=visitors.actor(request), at=clock.now())
        return _("Compte fermé.")
