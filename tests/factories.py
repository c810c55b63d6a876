"""Plain functions that make rows for tests: no magic, every default may be given."""

import datetime as dt
import itertools
from typing import Any

from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.states import Role
from stations.credit_code import make_credit_code
from stations.models import District, Membership, Organisation, Slot, SlotCap, Station, Title
from stations.states import DistrictKind, Level, MemberRole, OrganisationKind

_numbers = itertools.count(1)
CAP = 50


def make_user(role: str | None = None, *, scope: str = "", password: str | None = None, **fields: Any) -> User:
    """A person, with one work role where `role` is given; district staff need `scope`, the code of their district."""
    number = next(_numbers)
    fields.setdefault("email", f"person{number}@example.com")
    fields.setdefault("name", f"测试{number}")
    user = User.objects.create_user(password=password, **fields)
    if role is not None:
        RoleGrant.objects.create(user=user, role=role, scope=scope or ("420106" if role == Role.DISTRICT else ""))
    return user


def make_district(code: str = "420106", name: str = "武昌区", kind: str = DistrictKind.DIVISION) -> District:
    """The row of the dictionary, or a new one where the dictionary was flushed by a transactional test."""
    gb_code = code if kind == DistrictKind.DIVISION else None
    defaults = {"name": name, "kind": kind, "gb_code": gb_code, "supervising_bureau": f"{name}市场监督管理局"}
    return District.objects.get_or_create(code=code, defaults=defaults)[0]


def make_organisation(owner: User | None = None, **fields: Any) -> Organisation:
    """An enterprise founded in 2015; `owner` becomes its administrator."""
    number = next(_numbers)
    fields.setdefault("name", f"武汉测试质量技术有限公司{number}")
    fields.setdefault("credit_code", make_credit_code(number))
    fields.setdefault("kind", OrganisationKind.ENTERPRISE)
    fields.setdefault("founded_on", dt.date(2015, 3, 2))
    fields.setdefault("district", fields.get("district") or make_district())
    fields.setdefault("address", "武昌区测试路 1 号")
    organisation = Organisation.objects.create(**fields)
    if owner is not None:
        join(owner, organisation, role=MemberRole.OWNER)
    return organisation


def join(user: User, organisation: Organisation, role: str = MemberRole.MEMBER) -> Membership:
    """Make `user` a member; forget the memberships that the user object remembers."""
    user.__dict__.pop("_memberships", None)
    return Membership.objects.create(user=user, organisation=organisation, role=role, joined_at=timezone.now())


def make_station(organisation: Organisation | None = None, **fields: Any) -> Station:
    organisation = organisation or make_organisation()
    fields.setdefault("name", f"测试产业质量基础设施“一站式”服务站{next(_numbers)}")
    fields.setdefault("district", organisation.district)
    fields.setdefault("supervised_by", fields["district"])
    fields.setdefault("address", "武昌区测试路 1 号 2 楼")
    return Station.objects.create(organisation=organisation, **fields)


def make_slots(cap: int = CAP, measure: str = "wuhan") -> list[Slot]:
    """The numbered places of a measure: as many as `cap`, made where they are missing."""
    SlotCap.objects.update_or_create(measure=measure, defaults={"cap": cap})
    Slot.objects.bulk_create([Slot(measure=measure, number=n) for n in range(1, cap + 1)], ignore_conflicts=True)
    return list(Slot.objects.filter(measure=measure, number__lte=cap))


def make_title(station: Station | None = None, **fields: Any) -> Title:
    """An active city title in the lowest free slot (a district title has none)."""
    station = station or make_station()
    if fields.setdefault("level", Level.CITY) == Level.CITY and "slot" not in fields:
        taken = set(Title.objects.filter(state="active").values_list("slot_id", flat=True))
        fields["slot"] = next(slot for slot in make_slots() if slot.pk not in taken)
    fields.setdefault("number", f"TEST-{next(_numbers):04d}")
    fields.setdefault("awarded_at", timezone.now())
    fields.setdefault("basis", "2025 年度评价")
    return Title.objects.create(station=station, **fields)
