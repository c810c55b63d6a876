"""Of whom statistics are."""

from django.db import models


class Scope(models.TextChoices):
    CITY = "city", "全市"
    DISTRICT = "district", "区"
    STATION = "station", "服务站"
