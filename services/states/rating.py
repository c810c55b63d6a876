"""Words of a rating that has no life of its own: how the link came to the company, what it says of integrity."""

from django.db import models


class Channel(models.TextChoices):
    """How the link came to the company. One that the station hands over might be opened by the station as well."""

    EMAIL = "email", "邮件送达"
    HANDED = "handed", "服务站转交"
    API = "api", "平台推送"


class Integrity(models.TextChoices):
    """Answers to the guide's question (8.2.3): were gifts, favours or charges outside the contract asked for?"""

    CLEAN = "clean", "没有"
    ASKED = "asked", "有"
    UNSAID = "unsaid", "不便回答"
