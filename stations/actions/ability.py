"""What a station can show for itself: abilities (Art 9, 13(6)), team (Art 13(5)), presence online (Art 10)."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

import measures
from accounts.models import User
from ledger.errors import Refused
from ledger.journal import record
from ledger.models import StoredFile
from ledger.moves import lock, require
from stations.models import Ability, OnlinePresence, Station, TeamMember
from stations.states import TeamRole

# One person each (Art 13(5), annex); any number of specialists
SINGLE_ROLES = {TeamRole.HEAD, TeamRole.DEPUTY, TeamRole.CHIEF_QUALITY_OFFICER}
MAX_EVIDENCE = 20


@transaction.atomic
def set_ability(
    station: Station,
    kind: str,
    *,
    actor: User,
    at: dt.datetime | None = None,
    description: str,
    add_evidence: Iterable[StoredFile] = (),
    remove_evidence: Iterable[StoredFile] = (),
) -> Ability:
    """Claim a service kind of Art 9, or change the claim. Refused: `not_allowed`, `unknown_kind`, `too_many_files`."""
    _locked(station, actor)
    name = _kind_name(kind)
    ability, created = Ability.objects.get_or_create(station=station, kind=kind, defaults={"description": description})
    if ability.description != description:
        ability.description = description
        ability.save()
    files = _change_evidence(ability, add_evidence, remove_evidence)
    _record(station, "add_ability" if created else "change_ability", actor, at, kind=kind, name=name, **files)
    return ability


@transaction.atomic
def remove_ability(ability: Ability, *, actor: User, at: dt.datetime | None = None) -> None:
    """Take a claim back. Its files stay on the record: a submitted application may hold them."""
    _locked(ability.station, actor)
    _record(ability.station, "remove_ability", actor, at, kind=ability.kind, name=_kind_name(ability.kind))
    ability.delete()


@transaction.atomic
def add_team_member(
    station: Station,
    *,
    actor: User,
    at: dt.datetime | None = None,
    role: str,
    add_evidence: Iterable[StoredFile] = (),
    **fields: Any,
) -> TeamMember:
    """Enter a person of the team. Refused: `not_allowed`, `role_taken`, `too_many_files`."""
    _locked(station, actor)
    _refuse_second(station, role, None)
    member = TeamMember.objects.create(station=station, role=role, **fields)
    files = _change_evidence(member, add_evidence, ())
    _record(station, "add_team_member", actor, at, member=member.pk, role=role, **files)
    return member


@transaction.atomic
def update_team_member(
    member: TeamMember,
    *,
    actor: User,
    at: dt.datetime | None = None,
    add_evidence: Iterable[StoredFile] = (),
    remove_evidence: Iterable[StoredFile] = (),
    **fields: Any,
) -> TeamMember:
    """Change a person of the team. Refused: `not_allowed`, `role_taken`, `too_many_files`."""
    station = _locked(member.station, actor)
    _refuse_second(station, fields.get("role", member.role), member.pk)
    for name, value in fields.items():
        setattr(member, name, value)
    member.save()
    files = _change_evidence(member, add_evidence, remove_evidence)
    _record(station, "change_team_member", actor, at, member=member.pk, role=member.role, **files)
    return member


@transaction.atomic
def remove_team_member(member: TeamMember, *, actor: User, at: dt.datetime | None = None) -> None:
    """Take a person off the team; the journal keeps the role, not the name."""
    _locked(member.station, actor)
    _record(member.station, "remove_team_member", actor, at, member=member.pk, role=member.role)
    member.delete()


@transaction.atomic
def set_online_presence(
    station: Station,
    platform: str,
    *,
    actor: User,
    at: dt.datetime | None = None,
    url: str,
    seen_on: dt.date,
    screenshot: StoredFile | None = None,
) -> OnlinePresence:
    """Prove presence on a platform: address, screenshot, day. Without a new screenshot the old one stays.

    Refused: `not_allowed`, `screenshot_missing`, `seen_in_the_future`.
    """
    at = at or timezone.now()
    _locked(station, actor)
    if seen_on > timezone.localdate(at):
        raise Refused("seen_in_the_future", "截图日期不能晚于今天，请按截图的日期填写。", field="seen_on")
    presence = OnlinePresence.objects.filter(station=station, platform=platform).first()
    if presence is None:
        if screenshot is None:
            raise Refused("screenshot_missing", "请上传平台页面的截图（PNG 或 JPG）。", field="screenshot")
        presence = OnlinePresence(station=station, platform=platform)
    presence.url, presence.seen_on = url, seen_on
    if screenshot is not None:
        presence.screenshot = screenshot
    presence.save()
    _record(station, "set_online_presence", actor, at, platform=platform, url=url)
    return presence


@transaction.atomic
def remove_online_presence(presence: OnlinePresence, *, actor: User, at: dt.datetime | None = None) -> None:
    _locked(presence.station, actor)
    _record(presence.station, "remove_online_presence", actor, at, platform=presence.platform)
    presence.delete()


def _locked(station: Station, actor: User) -> Station:
    """The station under its lock: two people who change its parts go one after the other."""
    require(actor, "stations.write_station", "修改服务站信息", station)
    return lock(station)


def _kind_name(kind: str) -> str:
    try:
        return measures.load(settings.MEASURE).service_kind(kind).name
    except KeyError:
        raise Refused(
            "unknown_kind", "没有这一种服务内容，请在办法第九条所列的服务内容中选择。", field="kind"
        ) from None


def _refuse_second(station: Station, role: str, keep: int | None) -> None:
    if role in SINGLE_ROLES and station.team.filter(role=role).exclude(pk=keep or 0).exists():
        label = TeamRole(role).label
        raise Refused("role_taken", f"{label}只设 1 名，已经有人；换人请先修改或删除现在的{label}。", field="role")


def _change_evidence(owner: Any, add: Iterable[StoredFile], remove: Iterable[StoredFile]) -> dict[str, list[str]]:
    """Link and unlink files; what the journal says of it: their hashes."""
    added, removed = list(add), list(remove)
    owner.evidence.remove(*removed)
    owner.evidence.add(*added)
    if owner.evidence.count() > MAX_EVIDENCE:
        raise Refused("too_many_files", f"一项最多放 {MAX_EVIDENCE} 个证明文件，请合并或删去一些。", field="files")
    return {"added": [file.sha256 for file in added], "removed": [file.sha256 for file in removed]}


def _record(station: Station, move: str, actor: User, at: dt.datetime | None, **facts: Any) -> None:
    record(station, move, actor=actor, at=at or timezone.now(), facts=facts)
