"""Ratings: a link that works once, no rating by the station itself, and a year's satisfaction out of them."""

import datetime as dt
from decimal import Decimal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Message
from accounts.states import Role
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import history_of
from services.actions import rating as actions
from services.actions.record import add_record, withdraw_record
from services.aspects import CODES
from services.models import Rating, RatingInvitation
from services.queries.rating import invitation_of, ratings_visible_to, satisfaction, sees_who, todo_for, with_notes
from stations.credit_code import make_credit_code
from tests.factories import join, make_district, make_organisation, make_station, make_user

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 6, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = dt.timedelta(days=1)
GOOD, FAIR, BAD = dict.fromkeys(CODES, 5), dict.fromkeys(CODES, 4), dict.fromkeys(CODES, 2)
PLATFORM = Job("api:platform")


@pytest.fixture
def lin():
    return make_user(name="林", email="lin@station.cn", phone="13900001111")


@pytest.fixture
def station(lin):
    return make_station(make_organisation(lin))


def served(station, actor, number=500, **facts):
    known = {
        "client_code": make_credit_code(number),
        "client_name": f"武汉某机械厂{number}",
        "item": "metrology.training",
        "served_on": dt.date(2026, 5, 20),
        **facts,
    }
    return add_record(station, actor=actor, at=AT, origin="typed", **known)


@pytest.fixture
def record(station, lin):
    return served(station, lin)


def token_of(url: str) -> str:
    return urlsplit(url).path.strip("/").split("/")[-1]


def invited(record, actor, **known) -> RatingInvitation:
    url = actions.invite(record, actor=actor, **{"at": AT, **known})
    return invitation_of(actions.digest_of(token_of(url)))


def rated(record, actor, marks=GOOD, *, at=AT, network="", **known) -> Rating:
    said = {"marks": marks, "integrity": "clean", **known}
    return actions.rate(invited(record, actor), at=at, network=network, **said)


def refusal(call, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    return caught.value


# -- The link  ----


def test_the_link_goes_by_mail_and_only_its_digest_is_kept(record, lin):
    url = actions.invite(record, actor=lin, at=AT, email="boss@firm.cn")
    mail = Message.objects.get(address="boss@firm.cn")
    assert mail.url == urlsplit(url).path
    assert mail.erase_when_sent
    invitation = RatingInvitation.objects.get()
    assert (invitation.channel, invitation.expires_at) == ("email", AT + 30 * DAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM services_ratinginvitation t")
        assert token_of(url) not in cursor.fetchone()[0]


def test_a_company_rates_once(record, lin):
    invitation = invited(record, lin)
    rating = actions.rate(invitation, marks={**GOOD, "response": 3}, integrity="clean", comment=" 很好 ", at=AT + DAY)
    rating.refresh_from_db()
    assert (rating.points, rating.comment, rating.rated_at) == (90, "很好", AT + DAY)
    assert refusal(actions.rate, invitation, marks=GOOD, integrity="clean", at=AT + DAY).code == "link_used"
    assert refusal(actions.invite, record, actor=lin, at=AT + DAY).code == "already_rated"
    assert Rating.objects.count() == 1
    assert [row.job for row in history_of(rating)] == ["rating_link"]


def test_a_link_ends_after_thirty_days_and_with_the_next_one(record, lin):
    first = invited(record, lin)
    assert refusal(actions.rate, first, marks=GOOD, integrity="clean", at=AT + 30 * DAY).code == "link_expired"
    second = invited(record, lin)
    assert refusal(actions.rate, first, marks=GOOD, integrity="clean", at=AT).code == "link_withdrawn"
    actions.rate(second, marks=GOOD, integrity="clean", at=AT)


def test_a_withdrawn_service_is_not_rated_any_more(record, lin):
    invitation = invited(record, lin)
    withdraw_record(record, actor=lin, reason="重复登记", at=AT)
    invitation = RatingInvitation.objects.get(pk=invitation.pk)
    assert refusal(actions.rate, invitation, marks=GOOD, integrity="clean", at=AT).code == "link_withdrawn"
    record.refresh_from_db()
    assert refusal(actions.invite, record, actor=lin, at=AT).code == "record_set_aside"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"marks": {**GOOD, "skill": 6}}, "mark_missing", "skill"),
        ({"marks": {}}, "mark_missing", "place"),
        ({"integrity": ""}, "integrity_missing", "integrity"),
        ({"comment": "长" * 1001}, "comment_too_long", "comment"),
    ],
)
def test_what_is_missing_is_refused_at_its_field_and_the_link_still_works(record, lin, changes, code, field):
    invitation = invited(record, lin)
    said = refusal(actions.rate, invitation, at=AT, **{"marks": GOOD, "integrity": "clean", **changes})
    assert (said.code, said.field) == (code, field)
    actions.rate(invitation, marks=GOOD, integrity="unsaid", at=AT)


def test_only_the_people_of_the_station_ask_for_a_rating(record):
    for user in (make_user(), make_user(Role.MANAGER), make_user(Role.DISTRICT)):
        assert refusal(actions.invite, record, actor=user, at=AT).code == "not_allowed"


# -- Not by the station itself  ----


def test_whoever_acts_or_acted_for_the_station_or_works_for_the_authority_does_not_rate(record, lin, station):
    invitation = invited(record, lin)
    former = make_user()
    membership = join(former, station.organisation)
    membership.left_at = AT
    membership.save()
    for user in (lin, former, make_user(Role.DISTRICT)):
        said = refusal(actions.rate, invitation, marks=GOOD, integrity="clean", at=AT, actor=user)
        assert said.code == "own_station"
    actions.rate(invitation, marks=GOOD, integrity="clean", at=AT, actor=make_user())


@pytest.mark.parametrize(
    ("known", "flags"),
    [
        ({"email": "LIN@station.cn"}, ["own_contact"]),
        ({"phone": "139-0000-1111"}, ["own_contact"]),
        ({"email": "wang@station.cn"}, ["own_domain"]),
        ({"email": "boss@firm.cn", "phone": "13800000000"}, []),
    ],
)
def test_a_contact_in_common_with_the_station_is_flagged(record, lin, known, flags):
    rating = actions.rate(invited(record, lin, **known), marks=GOOD, integrity="clean", at=AT)
    assert rating.flags == flags


def test_what_comes_from_the_station_s_own_contact_is_set_aside_and_shown(station, lin):
    rated(served(station, lin, 501), lin, FAIR)
    own = invited(served(station, lin, 502), lin, phone="13900001111")
    actions.rate(own, marks=GOOD, integrity="clean", at=AT)
    found = satisfaction(station, 2026)
    assert (found.mean, found.sample, found.set_aside, found.delivered) == (Decimal("75.00"), 1, 1, 2)


def test_what_comes_from_the_network_of_the_invitation_is_flagged_and_counts(station, lin):
    rated(served(station, lin, 501), lin, FAIR)
    own = actions.rate(
        invited(served(station, lin, 502), lin, network="a"), marks=GOOD, integrity="clean", at=AT, network="a"
    )
    assert own.flags == ["own_network"]
    found = satisfaction(station, 2026)
    assert (found.mean, found.sample, found.set_aside, found.delivered) == (Decimal("87.50"), 2, 0, 2)
    assert (found.flagged, found.mean_unflagged) == (1, Decimal("75.00"))


# -- The year  ----


def test_a_year_without_ratings_has_no_mean(station, lin):
    served(station, lin)
    found = satisfaction(station, 2026)
    assert (found.mean, found.sample, found.delivered, found.rated_share) == (None, 0, 1, Decimal("0.00"))
    assert satisfaction(station, 2025).rated_share is None
    assert found.words == "还没有评价"


def test_the_satisfaction_of_a_year_is_the_mean_of_its_ratings_with_sample_and_share(station, lin):
    for number, marks in enumerate([GOOD, {**GOOD, "place": 3}, FAIR]):
        rated(served(station, lin, 510 + number), lin, marks)
    served(station, lin, 520)
    rated(served(make_station(station.organisation), lin, 522), lin, BAD)
    found = satisfaction(station, 2026)
    assert (found.mean, found.sample, found.delivered) == (Decimal("88.33"), 3, 4)
    assert found.rated_share == Decimal("75.00")
    assert found.by_aspect["place"] == Decimal("75.00")
    assert found.by_aspect["conduct"] == Decimal("91.67")
    assert found.words == "3 份评价，占 4 次服务的 75.00%"


def test_a_record_that_does_not_count_takes_its_rating_with_it(station, lin):
    record = served(station, lin)
    rated(record, lin)
    withdraw_record(record, actor=lin, reason="重复登记", at=AT)
    found = satisfaction(station, 2026)
    assert (found.sample, found.delivered) == (0, 0)
    assert not ratings_visible_to(lin).exists()


def test_outliers_are_flagged_counted_and_told_apart(station, lin):
    for number in range(9):
        rated(served(station, lin, 530 + number), lin, FAIR, at=AT + number * DAY)
    odd = rated(served(station, lin, 540), lin, BAD)
    found = satisfaction(station, 2026)
    assert (found.sample, found.flagged) == (10, 1)
    assert (found.mean, found.mean_unflagged) == (Decimal("70.00"), Decimal("75.00"))
    assert {row.pk: row.odd for row in with_notes(ratings_visible_to(lin)) if row.odd} == {odd.pk: ("far",)}


def test_who_was_asked_for_more_than_agreed_is_heard_by_who_supervises(record, lin, station):
    here = make_user(Role.DISTRICT, scope=station.supervised_by_id)
    manager = make_user(Role.MANAGER)
    rating = rated(record, lin, integrity="asked")
    for user in (here, manager):
        told = user.messages_received.get()
        assert "廉洁" in told.subject
        assert told.url == rating.get_absolute_url()
    assert not lin.messages_received.filter(subject__contains="廉洁").exists()
    assert satisfaction(station, 2026).asked == 1


def test_ratings_are_seen_by_the_station_its_district_and_the_bureau(record, lin, station):
    rating = rated(record, lin)
    make_district("420102", "江岸区")
    near, far = make_user(Role.DISTRICT, scope=station.district_id), make_user(Role.DISTRICT, scope="420102")
    auditor = make_user(Role.AUDITOR)
    for user in (lin, near, auditor):
        assert list(ratings_visible_to(user)) == [rating]
    for user in (far, make_user(), make_user(Role.FINANCE)):
        assert not ratings_visible_to(user).exists()
    assert [sees_who(user, rating) for user in (lin, near, auditor)] == [False, True, True]


# -- A poor rating  ----


def test_a_poor_rating_waits_for_an_improvement(record, lin):
    rating = rated(record, lin, {**GOOD, "response": 2})
    assert ["1 份不满意的评价" in todo.title for todo in todo_for(lin)] == [True]
    assert todo_for(make_user()) == []
    assert refusal(actions.improve_rating, rating, actor=make_user(), text="已改").code == "not_allowed"
    assert refusal(actions.improve_rating, rating, actor=lin, text=" ").field == "text"
    actions.improve_rating(rating, actor=lin, text="增加了值班人员。", at=AT + DAY)
    actions.improve_rating(rating, actor=lin, text="增加了两名值班人员。", at=AT + 2 * DAY)
    rating.refresh_from_db()
    assert (rating.improvement, rating.improved_by) == ("增加了两名值班人员。", lin)
    assert history_of(rating)[0].facts == {"before": "增加了值班人员。"}
    assert todo_for(lin) == []


def test_a_good_rating_needs_no_improvement(record, lin):
    assert refusal(actions.improve_rating, rated(record, lin), actor=lin, text="x").code == "not_poor"


# -- From a platform  ----


def pushed(record, number="R-1", marks=FAIR, **known) -> Rating:
    return actions.rate_from_client(record, marks, "platform", number, actor=PLATFORM, at=AT, **known)


def test_a_platform_passes_a_rating_on_once(record, lin):
    open_link = invited(record, lin)
    first = pushed(record, comment="好")
    again = pushed(record, comment="好")
    assert (first.pk, first.channel, Rating.objects.count()) == (again.pk, "api", 1)
    assert [row.move for row in history_of(first)] == ["rate"]
    assert refusal(pushed, record, "R-2").code == "already_rated"
    assert refusal(actions.rate, open_link, marks=GOOD, integrity="clean", at=AT).code == "link_withdrawn"


def test_a_platform_corrects_its_own_rating_and_the_journal_keeps_what_it_was(record, station):
    first = pushed(record)
    changed = pushed(record, marks={**FAIR, "place": 1})
    assert (changed.pk, changed.points) == (first.pk, 60)
    assert history_of(first)[0].facts == {"before": {"place": 4}, "comment": False}
    assert satisfaction(station, 2026).mean == Decimal("60.00")


def test_a_number_of_a_platform_is_for_one_service(record, station, lin):
    pushed(record)
    assert refusal(pushed, served(station, lin, 550)).code == "external_id_taken"
    assert refusal(pushed, record, "").code == "external_id_missing"
    assert refusal(pushed, record, marks={}).code == "mark_missing"


def test_the_contact_that_a_platform_tells_is_compared_with_the_station_s(record):
    assert pushed(record, phone="13900001111").flags == ["own_contact"]


# -- The database  ----


def test_the_database_keeps_five_steps_one_rating_and_one_open_link(record, lin):
    rating = rated(record, lin)
    with pytest.raises(IntegrityError, match="a_rating_is_in_five_steps"), transaction.atomic():
        Rating.objects.filter(pk=rating.pk).update(place=6)
    with pytest.raises(IntegrityError, match="a_rating_came_by_a_link"), transaction.atomic():
        Rating.objects.filter(pk=rating.pk).update(source_client="x")
    invitation = rating.invitation
    with pytest.raises(IntegrityError, match="a_withdrawn_rating_link_is_not_used"), transaction.atomic():
        RatingInvitation.objects.filter(pk=invitation.pk).update(withdrawn_at=AT)
