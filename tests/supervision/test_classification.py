"""Classes of stations: decided with basis and reason, kept as history, read by the public only where the plan says so."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.states import Role
from ledger.errors import Refused
from ledger.journal import history_of, last_word_on
from ledger.moves import lock
from supervision.actions.classification import add_class, change_class, classify_station, show_classes
from supervision.actions.year_plan import adopt_year_plan, update_year_plan
from supervision.models import Classification, StationClass
from tests.factories import join, make_organisation, make_station, make_title, make_user
from tests.supervision.test_year_plan import OPENS, SETTINGS, drafted

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)
NEXT_YEAR = dt.datetime(2027, 1, 1, 0, 1, tzinfo=dt.UTC)
WHY = {"basis": "round", "basis_text": "2026年度评价第3名", "reason": "服务成效居前"}


@pytest.fixture
def manager():
    return make_user(Role.MANAGER)


@pytest.fixture
def station():
    return make_title(make_station()).station


@pytest.fixture
def best(manager):
    return add_class(actor=manager, code="a", name="A类", position=1, at=AT)


def decide(station, manager, station_class, **changes):
    return classify_station(station, actor=manager, station_class=station_class, **{**WHY, "at": AT, **changes})


def public_plan(manager, shown="true"):
    return adopt_year_plan(drafted(manager, settings={**SETTINGS, "classes_public": shown}), actor=manager, at=AT)


def refusal(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    return caught.value.code


def test_a_class_is_decided_with_its_basis_and_the_one_before_stays(station, manager, best):
    second = add_class(actor=manager, code="b", name="B类", position=2)
    decide(station, manager, second)
    decide(station, manager, best, basis="inspection", basis_text="检查〔2026〕7号", reason="整改到位")
    decide(station, manager, None, reason="重新评定中")
    assert [row.station_class for row in station.classifications.all()] == [None, best, second]
    assert history_of(station.classifications.all()[1])[0].reason == "整改到位"


def test_a_decision_is_never_changed(station, manager, best):
    decided = decide(station, manager, best)
    for change in (lambda rows: rows.update(reason="x"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(Classification.objects.filter(pk=decided.pk))


@pytest.mark.parametrize(
    ("changes", "code"), [({"basis_text": " "}, "basis_missing"), ({"reason": ""}, "reason_missing")]
)
def test_basis_and_reason_are_needed(station, manager, best, changes, code):
    assert refusal(decide, station, manager, best, **changes) == code
    assert not Classification.objects.exists()


def test_neither_the_same_class_again_nor_one_that_is_not_used(station, manager, best):
    assert refusal(decide, station, manager, None) == "no_change"
    decide(station, manager, best)
    assert refusal(decide, station, manager, best) == "no_change"
    old = add_class(actor=manager, code="z", name="旧类", active=False)
    assert refusal(decide, station, manager, old) == "class_not_used"


@pytest.mark.parametrize("role", [None, Role.INTAKE, Role.LEADER, Role.DISTRICT, Role.AUDITOR])
def test_only_the_manager_decides_and_never_on_the_own_station(station, manager, best, role):
    assert refusal(decide, station, make_user(role), best) == "not_allowed"
    assert refusal(add_class, actor=make_user(role), code="c", name="C类") == "not_allowed"
    join(manager, station.organisation)
    assert refusal(decide, station, manager, best) == "not_allowed"


def test_codes_and_names_are_there_once(manager, best):
    assert refusal(add_class, actor=manager, code="a", name="别的") == "code_taken"
    assert refusal(add_class, actor=manager, code="b", name=" A类 ") == "name_taken"
    known = {"description": "", "position": 1, "active": True}
    change_class(best, actor=manager, name="A类", **known)
    other = add_class(actor=manager, code="b", name="B类")
    assert refusal(change_class, other, actor=manager, name="A类", **known) == "name_taken"


# -- What the public reads  ----


def shown(station) -> str:
    station.refresh_from_db()
    return station.shown_class


def test_the_public_reads_it_where_the_plan_of_the_year_says_so_and_at_once(station, manager, best):
    decide(station, manager, best)
    assert shown(station) == ""
    plan = public_plan(manager)
    assert shown(station) == "A类"
    word = last_word_on(["stations.station"])
    change_class(best, actor=manager, name="优秀", description="", position=1, active=True, at=AT)
    assert shown(station) == "优秀"
    assert last_word_on(["stations.station"]) > word  # what kept pages go by
    closed = {"self_assessment_opens_on": OPENS, "settings": {**SETTINGS, "classes_public": "false"}}
    update_year_plan(plan, actor=manager, at=AT, reason="暂不公开", **closed)
    assert shown(station) == ""


def test_with_the_year_the_clock_takes_it_off_until_a_new_plan_shows_it(station, manager, best):
    public_plan(manager)
    decide(station, manager, best)
    assert shown(station) == "A类"
    assert show_classes(AT) == 0
    assert show_classes(NEXT_YEAR) == 1
    assert shown(station) == ""
    assert show_classes(NEXT_YEAR) == 0
    assert history_of(lock_free(station))[0].job == "show_classes"


def lock_free(station):
    with transaction.atomic():
        return lock(station)


def test_directory_and_station_page_show_and_filter_it_only_then(client, station, manager, best):
    make_title()
    decide(station, manager, best)
    directory, page = reverse("stations:station_list"), station.get_absolute_url()
    for url in (directory, page):
        assert "A类" not in client.get(url).content.decode()
    assert "shown_class" not in client.get(directory).content.decode()
    public_plan(manager)
    for url in (directory, page):
        assert "A类" in client.get(url).content.decode()
    found = client.get(directory + "?shown_class=A类").context["rows"]
    assert [row.pk for row in found] == [station.pk]


# -- Pages  ----


def test_the_manager_makes_a_class_and_gives_it(client, station, manager):
    client.force_login(manager)
    sent = {"code": "a", "name": "A类", "description": "成效显著", "position": 1, "active": "on"}
    assert client.post(reverse("supervision:class_create"), {**sent, "code": "甲"}).status_code == 422
    client.post(reverse("supervision:class_create"), sent)
    added = StationClass.objects.get()
    assert "成效显著" in client.get(reverse("supervision:class_list")).content.decode()
    client.post(reverse("supervision:class_edit", args=[added.pk]), {**sent, "name": "甲类"})
    url = reverse("supervision:classification_set", args=[station.pk])
    answer = client.post(url, {**WHY, "station_class": added.pk, "reason": ""})
    assert (answer.status_code, "请填写理由" in answer.content.decode()) == (422, True)
    assert client.post(url, {**WHY, "station_class": added.pk}).status_code == 302
    page = client.get(reverse("supervision:classification_detail", args=[station.pk])).content.decode()
    assert "甲类" in page
    assert WHY["basis_text"] in page
    listed = reverse("supervision:classification_list")
    assert station.name in client.get(f"{listed}?station_class={added.pk}").content.decode()
    assert "没有符合条件" in client.get(f"{listed}?station_class=none").content.decode()
    assert "甲类" in b"".join(client.get(f"{listed}?export=csv").streaming_content).decode()


def test_others_read_and_do_not_decide(client, station, best):
    detail = reverse("supervision:classification_detail", args=[station.pk])
    for role, status in ((Role.DISTRICT, 200), (Role.AUDITOR, 200), (None, 403)):
        client.force_login(make_user(role, **({"scope": station.supervised_by_id} if role == Role.DISTRICT else {})))
        assert client.get(reverse("supervision:classification_list")).status_code == status
        assert client.get(detail).status_code == (200 if role else 404)
        assert client.post(reverse("supervision:classification_set", args=[station.pk]), WHY).status_code == 404
        assert client.post(reverse("supervision:class_edit", args=[best.pk]), {}).status_code == 404


def test_the_list_costs_as_many_queries_for_three_hundred_as_for_three(
    client, manager, best, django_assert_max_num_queries
):
    client.force_login(manager)
    url = reverse("supervision:classification_list")
    organisation = make_organisation()

    def more(count):
        for _ in range(count):
            title = make_title(make_station(organisation), level="district", slot=None)
            Classification.objects.create(
                station=title.station, station_class=best, decided_by=manager, decided_at=AT, **WHY
            )

    more(3)
    client.get(url)
    with django_assert_max_num_queries(12) as few:
        client.get(url)
    more(297)
    with django_assert_max_num_queries(len(few)):
        client.get(url)
