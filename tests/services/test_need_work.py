"""A need in hand: matched with reasons kept, planned, contracted under a number without gaps, followed, delivered,
counted, rated, archived."""

import datetime as dt
import io
import threading
from decimal import Decimal

import pikepdf
import pypdf
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import Message
from ledger.errors import Refused
from ledger.journal import history_of
from services.actions import need as actions
from services.actions import need_archive, need_contract, need_match, need_progress, rating
from services.models import (
    Agency,
    CaseCounter,
    CaseNumber,
    Contract,
    ContractItem,
    NeedMatch,
    Qualification,
    RatingInvitation,
    ServiceRecord,
    Specialist,
)
from services.queries.need_match import candidates
from services.queries.need_work import papers_of, todo_for
from services.states.need import MatchState, NeedState
from stations.credit_code import make_credit_code
from tests.evaluation.dossiers import pdf_bytes, png_bytes, upload
from tests.factories import make_organisation, make_station, make_user
from tests.services.need_scene import AT, DAY, HOUR, SECRETS, assessed, posted, served_station

pytestmark = pytest.mark.django_db
GOOD = dict.fromkeys(("place", "response", "skill", "conduct", "outcome"), 5)


@pytest.fixture
def lin():
    return make_user(name="林站长")


@pytest.fixture
def station(lin):
    return served_station(lin)


def refusal(call, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    return caught.value


def agency_of(station, name="武汉市计量测试检定院", *, qualified=True, shared=False, number=1) -> Agency:
    row = Agency.objects.create(
        station=station,
        name=name,
        credit_code=make_credit_code(770_000 + number),
        kinds=["metrology"],
        scope="长度、力学",
        district=station.district,
        shared=shared,
        changed_at=AT,
    )
    if qualified:
        valid = {"valid_from": AT.date() - 30 * DAY, "valid_until": AT.date() + 300 * DAY}
        Qualification.objects.create(agency=row, type="metrology", number="法计2026", kinds=["metrology"], **valid)
    return row


def specialist_of(station, **fields) -> Specialist:
    known = {"name": "周工", "category": "staff", "employer": "本站", "kinds": ["metrology"], "field": "长度计量"}
    return Specialist.objects.create(station=station, changed_at=AT, **{**known, **fields})


def planned(need, lin):
    said = {"situation": "没有校准。", "goal": "取得证书。", "measures": "联系计量院上门。"}
    return need_contract.write_plan(need, actor=lin, at=AT + 2 * HOUR, **said)


TERMS = {
    "size": "small",
    "signed_on": AT.date(),
    "ends_on": AT.date() + 20 * DAY,
    "items": [("三坐标校准", Decimal(3000)), ("上门", Decimal("200.50"))],
    "discount": Decimal(500),
    "discount_reason": "小型企业减免",
}


def signed(need, lin, at=AT + 3 * HOUR, **changes) -> Contract:
    file = upload("合同.pdf")
    return need_contract.sign_contract(need, actor=lin, at=at, file=file, **{**TERMS, **changes})


def matched(station, lin, **changes):
    need = assessed(station, lin, **changes)
    agency = Agency.objects.filter(station=station).first() or agency_of(station)
    (match,) = need_match.propose_matches(need, actor=lin, keys=[f"agency:{agency.pk}"], at=AT + 2 * HOUR)
    need_match.accept_match(match, actor=lin, answer="六月五日上门", at=AT + 2 * HOUR)
    need.refresh_from_db()
    return need


def under_way(station, lin, **changes):
    need = matched(station, lin, **changes)
    planned(need, lin)
    signed(need, lin)
    need_contract.start_service(need, actor=lin, at=AT + 4 * HOUR)
    return need


def delivered(station, lin, at=AT + DAY, need=None, **figures):
    need = need or under_way(station, lin)
    known = {"item": "metrology.calibration", "summary": "校准合格。", "served_on": at.date(), **figures}
    need_progress.deliver_need(need, actor=lin, at=at, report=upload("证书.pdf"), **known)
    return need


# -- Matching  ----


def test_candidates_are_those_of_the_station_and_shared_ones_that_serve_the_kind(station, lin):
    own = agency_of(station)
    shared = agency_of(make_station(), "邻站的机构", shared=True, number=2)
    agency_of(make_station(), "别站的机构", number=3)
    specialist = specialist_of(station)
    specialist_of(station, name="吴工", kinds=["testing"])
    need = assessed(station, lin)
    found = candidates(need, station)
    assert {line.key for line in found["agency"]} == {f"agency:{own.pk}", f"agency:{shared.pk}"}
    assert [line.key for line in found["specialist"]] == [f"specialist:{specialist.pk}"]
    assert found["equipment"] == []


def test_a_proposal_keeps_its_reasons_and_an_agency_s_yes_matches_the_need(station, lin):
    first, second = agency_of(station), agency_of(station, "第二家", number=2)
    need = assessed(station, lin)
    keys = [f"agency:{first.pk}", f"agency:{second.pk}"]
    matches = need_match.propose_matches(need, actor=lin, keys=keys, at=AT + 2 * HOUR)
    assert [match.state for match in matches] == [MatchState.PROPOSED] * 2
    assert ["与企业同区", 20, 20] in matches[0].reasons
    assert matches[0].points == sum(points for _, points, _ in matches[0].reasons)
    assert not candidates(need, station)["agency"]  # who is asked is not offered again
    assert refusal(need_match.propose_matches, need, actor=lin, keys=keys, at=AT).code == "not_fit"
    need_match.decline_match(matches[1], actor=lin, reason="排期已满", at=AT + 3 * HOUR)
    need.refresh_from_db()
    assert need.state == NeedState.ASSESSED
    need_match.accept_match(matches[0], actor=lin, answer="可以上门", at=AT + 3 * HOUR)
    need.refresh_from_db()
    assert need.state == NeedState.MATCHED
    assert refusal(need_match.accept_match, matches[1], actor=lin, at=AT).code == "wrong_state"
    assert {line.name: line.load for line in candidates(assessed(station, lin), station)["agency"]} == {
        first.name: 1,
        second.name: 0,
    }


def test_an_unqualified_agency_cannot_be_proposed_for_a_kind_that_asks_for_papers(station, lin):
    agency = agency_of(station, qualified=False)
    need = assessed(station, lin)
    refused = refusal(need_match.propose_matches, need, actor=lin, keys=[f"agency:{agency.pk}"], at=AT)
    assert refused.code == "not_fit"
    assert refusal(need_match.propose_matches, need, actor=lin, keys=[], at=AT).code == "nobody_chosen"


def test_what_the_station_serves_itself_is_matched_with_its_own_people_at_once(station, lin):
    specialist = specialist_of(station)
    need = assessed(station, lin, mode="appointment")
    (match,) = need_match.propose_matches(need, actor=lin, keys=[f"specialist:{specialist.pk}"], at=AT + 2 * HOUR)
    assert (match.state, need.state) == (MatchState.ACCEPTED, NeedState.MATCHED)
    alone = assessed(station, lin, mode="at_once")
    assert need_match.propose_matches(alone, actor=lin, keys=[], at=AT + 2 * HOUR) == []
    assert alone.state == NeedState.MATCHED


@pytest.mark.parametrize("end", [actions.decline_need, actions.withdraw_need])
def test_whoever_was_asked_for_a_need_that_ends_is_waited_for_no_more(station, lin, end):
    agency, need = agency_of(station), assessed(station, lin)
    (match,) = need_match.propose_matches(need, actor=lin, keys=[f"agency:{agency.pk}"], at=AT + HOUR)
    end(need, actor=lin, reason="企业已自行解决。", at=AT + 2 * HOUR)
    match.refresh_from_db()
    assert match.state == MatchState.CLOSED


def test_nobody_else_matches(station, lin):
    agency = agency_of(station)
    need = assessed(station, lin)
    keys = [f"agency:{agency.pk}"]
    assert refusal(need_match.propose_matches, need, actor=make_user(), keys=keys, at=AT).code == "not_allowed"
    with pytest.raises(IntegrityError, match="a_match_is_of_one_resource"), transaction.atomic():
        NeedMatch.objects.create(need=need, points=1, proposed_at=AT, proposed_by=lin)


# -- Plan and contract  ----


def test_a_contract_needs_a_plan_adds_up_and_has_the_number_of_its_case(station, lin):
    need = matched(station, lin)
    assert refusal(signed, need, lin).code == "plan_missing"
    planned(need, lin)
    contract = signed(need, lin)
    assert (contract.fee, contract.payable) == (Decimal("3200.50"), Decimal("2700.50"))
    assert contract.agency_name == "武汉市计量测试检定院"
    assert str(need.case_number) == "2026-0001"
    assert need.state == NeedState.CONTRACTED
    assert "2026-0001" in Message.objects.filter(address=SECRETS[2]).latest("pk").body
    assert refusal(signed, need, lin).code == "wrong_state"
    assert CaseNumber.objects.count() == 1  # the refused one has taken no number


def test_a_plan_written_anew_leaves_the_former_in_the_journal(station, lin):
    need = assessed(station, lin)
    planned(need, lin)
    need_contract.write_plan(need, actor=lin, situation="a", goal="b", measures="c", at=AT + DAY)
    assert history_of(need).filter(move="plan").first().facts["before"]["goal"] == "取得证书。"
    missing = {"situation": "a", "goal": " ", "measures": "c"}
    assert refusal(need_contract.write_plan, need, actor=lin, at=AT, **missing).field == "goal"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"size": ""}, "size_missing"),
        ({"signed_on": AT.date() + DAY}, "date_to_come"),
        ({"ends_on": AT.date() - DAY}, "dates_crossed"),
        ({"items": []}, "items_missing"),
        ({"items": [("", Decimal(1))]}, "item_wrong"),
        ({"discount": Decimal(9999)}, "discount_too_much"),
        ({"size": "large"}, "discount_for_small"),
        ({"discount_reason": ""}, "discount_reason_missing"),
    ],
)
def test_the_terms_of_a_contract_are_checked(station, lin, changes, code):
    need = matched(station, lin)
    planned(need, lin)
    assert refusal(signed, need, lin, **changes).code == code
    assert not CaseNumber.objects.exists()


def test_the_database_adds_contracts_up_and_keeps_them(station, lin):
    need = matched(station, lin)
    planned(need, lin)
    contract = signed(need, lin)
    for query in (Contract.objects, ContractItem.objects, CaseNumber.objects):
        with pytest.raises(DatabaseError), transaction.atomic():
            query.all().delete()
    other = matched(station, lin)
    fields = {field.attname: getattr(contract, field.attname) for field in Contract._meta.concrete_fields}
    Contract.objects.create(**{**fields, "id": None, "need_id": other.pk})
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="sum_of_its_items"):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_numbers_run_on_for_each_station_and_year_and_nobody_else_counts(station, lin):
    given = []
    for year in (2026, 2026, 2027):
        need = assessed(station, lin)
        at = AT.replace(year=year)
        given.append(str(need_contract.number_case(need, station, at=at)))
    elsewhere = served_station(lin)
    given.append(str(need_contract.number_case(assessed(elsewhere, lin), elsewhere, at=AT)))
    assert given == ["2026-0001", "2026-0002", "2027-0001", "2026-0001"]
    with pytest.raises(IntegrityError, match="written by the numbers alone"), transaction.atomic():
        CaseCounter.objects.update(last=9)


@pytest.mark.django_db(transaction=True)
def test_ten_contracts_at_once_some_of_them_taken_back_leave_no_gap():
    lin = make_user()
    station = served_station(lin)
    needs = [posted(station) for _ in range(10)]

    def number(need, place):
        try:
            with transaction.atomic():
                need_contract.number_case(need, station, at=AT)
                if place % 3 == 0:
                    raise Refused("taken_back", "")
        except Refused:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=number, args=(need, place)) for place, need in enumerate(needs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(CaseNumber.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_only_what_is_served_on_the_spot_begins_without_a_contract(station, lin):
    need = assessed(station, lin, mode="appointment")
    assert refusal(need_contract.start_service, need, actor=lin, at=AT).code == "contract_needed"
    spot = assessed(station, lin, mode="at_once")
    need_contract.start_service(spot, actor=lin, at=AT + 2 * HOUR)
    assert (spot.state, str(spot.case_number)) == (NeedState.IN_PROGRESS, "2026-0001")


def test_a_company_bound_by_a_contract_does_not_withdraw_by_itself(station, lin):
    need = under_way(station, lin)
    refused = refusal(actions.withdraw_need, need, actor=actions.PUBLIC, reason="不要了", at=AT + DAY)
    assert refused.code == "bound_by_contract"
    actions.withdraw_need(need, actor=lin, reason="双方商定终止", at=AT + DAY)
    assert need.state == NeedState.WITHDRAWN


# -- Log and delivery  ----


def test_a_planned_step_is_in_the_todos_reminded_once_a_stage_and_finished_with_its_problems(station, lin):
    need = under_way(station, lin)
    due = dt.date(2026, 6, 10)
    step = need_progress.add_progress(need, actor=lin, text="上门校准", due_on=due, at=AT + DAY)
    assert [(todo.title, todo.due_at) for todo in todo_for(lin)] == [(f"{need.company}：上门校准", step.due_at)]
    assert step.due_at == dt.datetime(2026, 6, 10, 16, tzinfo=dt.UTC)
    assert [need_progress.remind_due(AT + DAY * days) for days in (2, 7, 7, 9, 11)] == [0, 1, 0, 1, 1]
    refused = refusal(delivered, station, lin, need=need)
    assert refused.code == "steps_open"
    problems = {"problems_found": 2, "problems_solved": 1, "problems": "探针磨损，已更换一支。"}
    need_progress.finish_progress(step, actor=lin, at=AT + 12 * DAY, **problems)
    assert not todo_for(lin)
    assert refusal(need_progress.finish_progress, step, actor=lin, at=AT).code == "done_already"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"text": " "}, "text_missing"),
        ({"due_on": AT.date() - DAY}, "due_past"),
        ({"problems_found": 1, "problems_solved": 2, "problems": "x"}, "solved_too_many"),
        ({"problems_found": 1}, "problems_untold"),
    ],
)
def test_a_line_of_the_log_is_checked(station, lin, said, code):
    need = assessed(station, lin)
    known = {"text": "联系机构", **said}
    assert refusal(need_progress.add_progress, need, actor=lin, at=AT + HOUR, **known).code == code


def test_a_delivery_is_counted_and_the_company_is_asked_for_its_rating(station, lin):
    need = under_way(station, lin)
    problems = {"problems_found": 3, "problems_solved": 2, "problems": "三处超差。"}
    need_progress.add_progress(need, actor=lin, text="上门校准", at=AT + DAY, **problems)
    delivered(station, lin, need=need, experts=2, saved_cost=Decimal(800))
    service = ServiceRecord.objects.get()
    assert (service.origin, service.station, service.client_code) == ("need", station, need.credit_code)
    assert (service.problems_found, service.problems_solved, service.experts) == (3, 2, 2)
    assert (service.fee, service.discount) == (Decimal("2700.50"), Decimal(500))
    assert service.set_aside == ""
    assert need.state == NeedState.DELIVERED
    assert Message.objects.filter(address=SECRETS[2], erase_when_sent=True).exists()
    rating.rate(RatingInvitation.objects.get(), marks=GOOD, integrity="clean", at=AT + 2 * DAY)
    need.refresh_from_db()
    assert need.state == NeedState.RATED


def test_a_company_without_the_mail_has_its_link_from_its_number(station, lin):
    need = under_way(station, lin)
    assert refusal(need_progress.rating_link, need, at=AT).code == "not_delivered"
    delivered(station, lin, need=need)
    assert "/" in need_progress.rating_link(need, at=AT + 2 * DAY)
    assert RatingInvitation.objects.filter(withdrawn_at__isnull=True).count() == 1  # the mailed one is void


def test_the_station_s_own_organisation_is_served_but_neither_counted_nor_asked(station, lin):
    need = matched(station, lin, credit_code=station.organisation.credit_code)
    planned(need, lin)
    signed(need, lin)
    need_contract.start_service(need, actor=lin, at=AT + 4 * HOUR)
    delivered(station, lin, need=need)
    assert ServiceRecord.objects.get().set_aside == "own_organisation"
    assert not RatingInvitation.objects.exists()


def test_past_satisfaction_of_an_agency_follows_from_the_needs_that_it_served(station, lin):
    for _ in range(2):
        delivered(station, lin)
    for invitation in RatingInvitation.objects.all():
        rating.rate(invitation, marks={**GOOD, "skill": 1}, integrity="clean", at=AT + 2 * DAY)
    (line,) = candidates(assessed(station, lin), station)["agency"]
    assert (line.satisfaction, line.ratings) == (Decimal(80), 2)
    assert line.load == 0


# -- Archive  ----


def test_the_archive_is_one_pdf_with_an_index_of_every_paper(station, lin):
    need = under_way(station, lin)
    need_progress.deliver_need(
        need,
        actor=lin,
        at=AT + DAY,
        report=upload("现场照片.png", png_bytes()),
        item="metrology.calibration",
        summary="校准合格。",
        served_on=AT.date(),
    )
    archive = need_archive.archive_need(need, actor=lin, at=AT + 2 * DAY)
    assert need.state == NeedState.ARCHIVED
    with archive.file.file.open("rb") as file:
        content = file.read()
    reader = pypdf.PdfReader(io.BytesIO(content))
    text = "".join(page.extract_text() for page in reader.pages)
    body = len(reader.pages) - 2
    assert all(word in text for word in ("2026-0001", "武汉精密零件有限公司", "目录", "取得证书。", "六月五日上门"))
    assert not any(secret in text for secret in SECRETS)
    first = reader.pages[0].extract_text()
    assert "附件 服务合同：合同.pdf" in first
    assert str(body + 1) in first
    assert str(body + 2) in first
    assert [paper["pages"] for paper in archive.papers] == [1, 1]
    assert papers_of(need, archive.file.key).get() == archive.file
    assert refusal(need_archive.archive_need, need, actor=lin, at=AT + 2 * DAY).code == "wrong_state"


def test_what_has_no_pages_is_laid_into_the_archive_as_it_is():
    from services import binding  # noqa: PLC0415  beside the only test of it

    table = binding.annex("表.xlsx", "0" * 64, b"PK\x03\x04", "application/vnd.ms-excel")
    bound = binding.bind(pdf_bytes("本文"), [table])
    with pikepdf.open(io.BytesIO(bound)) as pdf:
        assert pdf.attachments["表.xlsx"].get_file().read_bytes() == b"PK\x03\x04"
    assert table.count == 0


def test_a_need_that_was_never_rated_may_be_archived_and_is_rated_later(station, lin):
    need = delivered(station, lin)
    need_archive.archive_need(need, actor=lin, at=AT + 2 * DAY)
    rating.rate(RatingInvitation.objects.get(), marks=GOOD, integrity="clean", at=AT + 3 * DAY)
    need.refresh_from_db()
    assert need.state == NeedState.ARCHIVED


def test_others_cannot_do_any_of_it(station, lin):
    need = under_way(station, lin)
    other = make_user()
    make_station(make_organisation(other))
    for call, said in (
        (need_contract.start_service, {}),
        (need_progress.add_progress, {"text": "x"}),
        (need_contract.write_plan, {"situation": "a", "goal": "b", "measures": "c"}),
        (need_archive.archive_need, {}),
    ):
        assert refusal(call, need, actor=other, at=AT + DAY, **said).code in {"not_allowed", "contract_needed"}
