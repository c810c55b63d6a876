"""A need that a machine client brings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from integration.actions.numbers import hold_number, taken
from integration.models import ApiClient
from services.actions.need import post_need
from services.models import Need
from services.states.need import NeedSource
from stations.credit_code import validate
from stations.models import Station


@transaction.atomic
def push_need(
    client: ApiClient, *, at: dt.datetime | None = None, station: Station | None, external_id: str, **said: Any
) -> tuple[Need, bool]:
    """The need of this number, and whether it is new. What a company has asked for is not changed from outside: a number
    that comes with another content is refused. `said` as for `services.actions.need.post_need`.

    Raises Refused: `external_id_taken`, and as `post_need` does.
    """
    at = at or timezone.now()
    hold_number(client, "need", external_id)
    known = Need.objects.filter(source_client=client.client_id, external_id=external_id).first()
    if known is None:
        source = {"source": NeedSource.API, "source_client": client.client_id, "external_id": external_id}
        return post_need(actor=client.job, at=at, station=station, **source, **said), True
    # the bureau may have brought it to another station since
    wanted = {
        "credit_code": validate(said["credit_code"]),
        "company": said["company"].strip(),
        "kind": said["kind"],
        "item": said.get("item", ""),
        "text": said["text"].strip(),
        "wanted_on": said.get("wanted_on"),
    }
    if {name: getattr(known, name) for name in wanted} != wanted:
        raise taken("这个编号的需求已经收到，内容不同。需求收到后不能由接口修改，请联系服务站，或用新的编号另行提交。")
    return known, False
