"""Who takes part in a walk. Each sits down at a window of his or her own when first called by name."""

from __future__ import annotations

from functools import cached_property

from accounts.states import Role
from stations.models import Organisation, Station
from tests.browser.walk import Person, Walk
from tests.evaluation.dossiers import ready_station

ORGANISATION = "武汉光谷质量技术服务有限公司"
STATION = "光谷光电子信息产业质量基础设施“一站式”服务站"
EXPERTS = ("周教授", "孙高工", "李研究员")


class Cast:
    """Zhao manages, Wu checks what comes in, Qian approves, Sun pays, Lin applies, three experts score, the public looks on."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk

    @cached_property
    def zhao(self) -> Person:
        return self.walk.person("赵管理", "zhao@example.com", Role.MANAGER)

    @cached_property
    def wu(self) -> Person:
        return self.walk.person("吴受理", "wu@example.com", Role.INTAKE)

    @cached_property
    def qian(self) -> Person:
        return self.walk.person("钱局长", "qian@example.com", Role.LEADER)

    @cached_property
    def sun(self) -> Person:
        return self.walk.person("孙会计", "sun@example.com", Role.FINANCE)

    @cached_property
    def lin(self) -> Person:
        return self.walk.person("林经办", "lin@example.com")

    @cached_property
    def experts(self) -> list[Person]:
        return [self.walk.person(name, f"expert{number}@example.com") for number, name in enumerate(EXPERTS, start=1)]

    @cached_property
    def public(self) -> Person:
        return self.walk.stranger()


def lead_station(owner: Person, name: str = STATION, organisation: str = ORGANISATION) -> Station:
    """A station that meets the conditions of Art 13, entered by the person who leads it: its pages have tests of their
    own."""
    assert owner.user is not None
    station = ready_station(owner.user)
    Organisation.objects.filter(pk=station.organisation_id).update(
        name=organisation,
        legal_representative="何光远",
        contact_name=owner.user.name,
        contact_phone="027-87650000",
    )
    Station.objects.filter(pk=station.pk).update(
        name=name,
        area=320,
        window="光谷政务服务大厅 3 号窗口",
        opening_hours="工作日 9:00—17:00",
        phone="027-87650001",
    )
    station.refresh_from_db()
    return station
