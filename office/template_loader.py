"""Where templates come from: the files of the house, its French letters and papers typeset."""

from django.template import Origin
from django.template.loaders import filesystem

from office.typography import french_template

TYPESET = ("letters/", "print/")


class Loader(filesystem.Loader):
    """Django's, but for the spaces of whole French files."""

    def get_contents(self, origin: Origin) -> str:
        """What a file says."""
        source: str = super().get_contents(origin)
        name = str(origin.template_name)
        is_french = name.startswith(TYPESET) and ".fr." in name
        return french_template(source) if is_french else source
