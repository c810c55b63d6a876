from django.apps import AppConfig


class StationsConfig(AppConfig):
    name = "stations"
    verbose_name = "单位与服务站"
