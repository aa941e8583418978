from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "office"
    verbose_name = "Bureau"
    default_auto_field = "django.db.models.BigAutoField"
