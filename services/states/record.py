"""Where a service record came from, and why one is not counted."""

from django.db import models


class Origin(models.TextChoices):
    """How a record came in. `NEED` and `TRAINING` are written by the portal at the end of its own work."""

    TYPED = "typed", "站内登记"
    IMPORTED = "imported", "表格导入"
    API = "api", "接口推送"
    NEED = "need", "需求办结"
    TRAINING = "training", "培训签到"


class SetAside(models.TextChoices):
    """Why a record stands in the list and in no figure. Empty: it counts."""

    OWN_ORGANISATION = "own_organisation", "服务对象就是本站建设主体"
    SAME_CONTACT = "same_contact", "服务对象与本站联系电话相同"
    WITHDRAWN = "withdrawn", "已撤回"
