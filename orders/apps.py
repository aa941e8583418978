from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = "Missions"
    default_auto_field = "django.db.models.BigAutoField"
