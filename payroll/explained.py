"""One sentence for each line of pay and the full name of each source, for whoever reads a price."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payroll.engine.lines import Code

SENTENCES: dict[str, str | Promise] = {
    Code.GROSS: _("Le salaire convenu pour vos heures, avant cotisations et impôt."),
    Code.ONSS: _("Votre part dans la sécurité sociale (ONSS) : pension, soins de santé, chômage."),
    Code.WORK_BONUS_A: _("L’État réduit votre cotisation quand le salaire du mois est bas."),
    Code.WORK_BONUS_B: _("Il la réduit encore quand le salaire du mois est très bas."),
    Code.SPECIAL_CONTRIBUTION: _("Une cotisation qui dépend du total du mois et de votre ménage."),
    Code.WITHHOLDING: _(
        "Une avance sur votre impôt de l’année, selon le total payé ce mois-là et votre ménage. "
        "Le décompte vient avec votre déclaration d’impôt."
    ),
    Code.FISCAL_WORK_BONUS: _("Une part du bonus à l’emploi revient aussi en moins d’impôt."),
    Code.HIGHER_WITHHOLDING: _("L’impôt que vous avez demandé de retenir en plus."),
    Code.HOLIDAY_SIMPLE: _(
        "Le salaire de vos jours de congé : il est payé tout de suite, puisque le contrat se "
        "termine avec la mission."
    ),
    Code.HOLIDAY_DOUBLE: _("Le supplément légal de vacances, payé à la fin du contrat lui aussi."),
    Code.HOLIDAY_ONSS: _("Votre cotisation à la sécurité sociale sur le pécule simple."),
    Code.HOLIDAY_RETENTION: _("La retenue de la sécurité sociale sur le pécule double."),
    Code.HOLIDAY_WITHHOLDING: _("L’avance d’impôt sur le pécule, à un taux qui lui est propre."),
    Code.EMPLOYER_BASIC: _(
        "La part de l’employeur dans la sécurité sociale : pension, soins de santé, chômage."
    ),
    Code.WAGE_MODERATION: _(
        "Une cotisation patronale qui s’ajoute à celle de base, pour la sécurité sociale."
    ),
    Code.CLOSING_FUND: _("Ce fonds paie les travailleurs d’une entreprise qui ferme."),
    Code.CLOSING_FUND_SPECIAL: _("La part de ce fonds qui paie du chômage temporaire."),
    Code.UNEMPLOYMENT: _(
        "Une cotisation des employeurs d’une certaine taille, pour l’assurance chômage."
    ),
    Code.TEMPORARY_UNEMPLOYMENT: _(
        "Elle finance le chômage temporaire et le complément des chômeurs âgés."
    ),
    Code.ACCIDENTS_ONSS: _("La part de l’ONSS dans la couverture des accidents du travail."),
    Code.ASBESTOS: _("Ce fonds indemnise les victimes de l’amiante."),
    Code.UNEXPLAINED_847: _(
        "Elle figure au fichier des taux de l’ONSS ; nous n’avons pas trouvé le texte qui "
        "l’explique."
    ),
    Code.SECTOR_FUND: _("Le fonds social de la commission paritaire dont vous relevez."),
    Code.ACCIDENT_INSURANCE: _(
        "L’assurance qui vous soigne et vous indemnise après un accident au travail. Son taux "
        "suit le risque du métier."
    ),
}

SOURCES: dict[str, str | Promise] = {
    "CAO-43": _("Convention collective n° 43"),
    "FPS-ANNEX": _("Annexe III de l’AR/CIR 92, numéros 53 à 55"),
    "FPS-KF": _("Formule-clé du SPF Finances"),
    "HOLIDAY": _("Lois sur les vacances annuelles et arrêté royal du 30 mars 1967"),
    "INFERRED": _("Notre lecture des textes"),
    "LAW-1965": _("Loi du 12 avril 1965 sur la protection de la rémunération"),
    "LOON": _("Données publiques de la commission paritaire 200"),
    "NONE": _("Source non trouvée"),
    "ONSS-INS": _("Instructions administratives de l’ONSS"),
    "ONSS-NOTE": _("Notes trimestrielles de l’ONSS"),
    "ONSS-RATE": _("Fichier des taux de l’ONSS"),
    "PARTENA": _("Notes d’un secrétariat social"),
    "contract": _("Contrat"),
    "demo": _("Chiffre de démonstration"),
    "policy": _("Contrat de l’assureur"),
    "worker": _("Votre demande"),
}
