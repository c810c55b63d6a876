import datetime as dt
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

import measures
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import history_of
from ledger.models import Event
from stations import actions
from stations.models import Slot, SlotCap, Title
from stations.queries import active_titles, free_slots
from tests.factories import make_executed_case, make_slots, make_station, make_title, make_user

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 12, 1, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def leader():
    return make_user("leader")


def award(actor, **fields):
    return actions.award_title(
        fields.pop("station", None) or make_station(), actor=actor, at=AT, basis="2026", **fields
    )


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value.code


def test_the_migrations_make_the_fifty_places_of_the_measure():
    assert Slot.objects.filter(measure="wuhan").count() == SlotCap.objects.get(measure="wuhan").cap == 50
    assert free_slots("wuhan").count() == 50


def test_an_award_takes_the_lowest_free_place_and_numbers_itself(leader):
    first, second = award(leader), award(leader)
    assert [title.slot.number for title in (first, second)] == [1, 2]
    assert [title.number for title in (first, second)] == ["CH-2026-001", "CH-2026-002"]
    actions.end_title(
        first, move="delist", actor=leader, article="第十九条", decision="武市监〔2026〕9号", reason="年度评价不合格"
    )
    assert award(leader).slot.number == 1
    entry = history_of(second)[0]
    assert (entry.move, entry.after, entry.facts) == ("award", "active", {"slot": 2, "basis": "2026"})


def test_a_place_may_be_named_and_must_be_free(leader):
    slot = Slot.objects.get(measure="wuhan", number=7)
    assert award(leader, slot=slot).slot == slot
    assert refused(award, leader, slot=slot) == "slot_taken"


def test_the_fifty_first_is_refused_with_a_sentence(leader):
    for _ in range(50):
        make_title()
    with pytest.raises(Refused, match="50 个名额都已授予") as caught:
        award(leader)
    assert caught.value.code == "no_free_slot"
    assert active_titles().count() == 50


def test_a_station_holds_one_active_title_of_a_level(leader):
    station = make_station()
    award(leader, station=station)
    assert refused(award, leader, station=station) == "already_titled"


@pytest.mark.parametrize("role", [None, "manager", "intake", "auditor", "district"])
def test_only_the_leader_awards_and_ends(role):
    actor = make_user(role)
    assert refused(award, actor) == "not_allowed"
    title = make_title()
    call = {
        "move": "revoke",
        "actor": actor,
        "article": "第十八条",
        "decision": "武市监〔2026〕9号",
        "reason": "虚假材料",
    }
    assert refused(actions.end_title, title, **call) == "not_allowed"


def test_an_ended_title_says_when_why_and_by_which_article_and_ends_once(leader):
    title = award(leader)
    call = {"actor": leader, "at": AT, "article": "第十八条第（一）项", "decision": "武市监〔2026〕9号"}
    assert refused(actions.end_title, title, move="revoke", reason=" ", **call) == "reason_missing"
    blank = {**call, "article": ""}
    assert refused(actions.end_title, title, move="revoke", reason="虚假材料", **blank) == "article_missing"
    blank = {**call, "decision": " "}
    assert refused(actions.end_title, title, move="revoke", reason="虚假材料", **blank) == "decision_missing"
    make_executed_case(title)
    actions.end_title(title, move="revoke", reason="提交虚假材料", **call)
    title.refresh_from_db()
    assert (title.state, title.ended_at, title.ended_article) == ("revoked", AT, "第十八条第（一）项")
    assert title.ended_decision == "武市监〔2026〕9号"
    entry = history_of(title)[0]
    assert (entry.before, entry.after, entry.reason, entry.facts["slot"]) == ("active", "revoked", "提交虚假材料", 1)
    assert refused(actions.end_title, title, move="delist", reason="再来", **call) == "wrong_state"


@pytest.mark.parametrize(
    ("move", "kind"),
    [("delist", "station.delisted"), ("revoke", "station.revoked"), ("terminate", "station.terminated")],
)
def test_the_world_is_told_when_a_title_ends_by_which_article(leader, move, kind):
    title = make_title()
    if move == "revoke":
        make_executed_case(title)
    call = {"article": "第十八条", "decision": "武市监〔2026〕9号", "reason": "核查属实", "at": AT}
    actions.end_title(title, move=move, actor=leader, **call)
    (event,) = Event.objects.filter(kind=kind)
    assert (event.subject_type, event.subject_id) == ("stations.station", str(title.station_id))
    assert event.data["title"] == title.number
    assert event.data["decision"] == "武市监〔2026〕9号"
    assert "核查属实" not in str(event.data)  # the reason is between the bureau and the station


def test_the_database_refuses_to_bring_a_title_back():
    title = make_title(state="delisted", ended_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Title.objects.filter(pk=title.pk).update(state="active", ended_at=None)


def test_the_database_refuses_a_fifty_first_place_by_any_road():
    make_slots()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO stations_slot (measure, number) VALUES ('wuhan', 51)")


def test_older_titles_are_imported_by_the_manager_with_their_source():
    manager = make_user("manager")
    call = {"actor": manager, "at": AT, "awarded_on": dt.date(2024, 3, 1)}
    title = actions.import_title(make_station(), source="武市监〔2024〕5号", number="武质站 12", **call)
    assert (title.number, title.basis, title.slot.number) == ("武质站 12", "武市监〔2024〕5号", 1)
    assert history_of(title)[0].move == "import"
    assert Event.objects.get(kind="station.awarded").data["title"] == "武质站 12"
    auto = actions.import_title(make_station(), source="授牌通报", **call)
    assert auto.number == "CH-2024-001"
    assert refused(actions.import_title, make_station(), source=" ", **call) == "source_missing"
    again = {"source": "通报", "number": "武质站 12"}
    assert refused(actions.import_title, make_station(), **again, **call) == "number_taken"
    future = {**call, "awarded_on": dt.date(2026, 12, 2)}
    assert refused(actions.import_title, make_station(), source="通报", **future) == "awarded_in_the_future"
    stranger = {**call, "actor": make_user("intake")}
    assert refused(actions.import_title, make_station(), source="通报", **stranger) == "not_allowed"


def test_a_district_title_takes_no_place():
    manager = make_user("manager")
    call = {"actor": manager, "at": AT, "awarded_on": dt.date(2024, 3, 1), "source": "区局通报", "level": "district"}
    title = actions.import_title(make_station(), **call)
    assert title.slot is None
    assert free_slots("wuhan").count() == 50
    assert refused(actions.issue_certificate, title, actor=make_user("leader")) == "title_not_active"


def test_certificates_have_a_series_of_their_own_and_one_per_title(leader):
    first, second = award(leader), award(leader)
    numbers = [actions.issue_certificate(title, actor=leader, at=AT).number for title in (first, second, first)]
    assert numbers == ["WHZL-2026-001", "WHZL-2026-002", "WHZL-2026-001"]
    assert history_of(first.certificate).count() == 1


def test_the_year_of_a_number_is_the_year_in_wuhan(leader):
    new_year = dt.datetime(2026, 12, 31, 16, 0, tzinfo=dt.UTC)
    title = actions.award_title(make_station(), actor=leader, at=new_year, basis="2026")
    assert title.number == "CH-2027-001"


def test_sync_slots_follows_the_file_and_strikes_no_place_that_was_used(monkeypatch):
    make_title(slot=Slot.objects.get(measure="wuhan", number=45))
    law = measures.load("wuhan")

    def cap_is(cap):
        changed = replace(law, said_title=replace(law.title, cap=cap))
        monkeypatch.setattr(measures, "load", lambda code: changed)

    cap_is(55)
    assert actions.sync_slots("wuhan", actor=Job("sync_slots")) == 5
    assert actions.sync_slots("wuhan", actor=Job("sync_slots")) == 0
    cap_is(45)
    assert actions.sync_slots("wuhan", actor=Job("sync_slots")) == -10
    assert SlotCap.objects.get(measure="wuhan").cap == Slot.objects.filter(measure="wuhan").count() == 45
    cap_is(44)
    assert refused(actions.sync_slots, "wuhan", actor=Job("sync_slots")) == "slots_in_use"
    assert Slot.objects.filter(measure="wuhan").count() == 45


def test_the_command_says_what_it_did():
    out = StringIO()
    Slot.objects.filter(number__gt=48).delete()
    call_command("sync_slots", "wuhan", stdout=out)
    assert "新增 2 个名额" in out.getvalue()
    call_command("sync_slots", stdout=out)
    assert "没有变化" in out.getvalue()
    with pytest.raises(CommandError, match="没有办法文件"):
        call_command("sync_slots", "atlantis", stdout=out)


def test_the_database_wants_article_and_decision_of_an_ended_title():
    for lacking in ("ended_article", "ended_decision"):
        with pytest.raises(IntegrityError, match="an_ended_title_names_article_and_decision"), transaction.atomic():
            make_title(state="revoked", ended_at=AT, **{lacking: ""})
