"""Intake's pages: the work list, one file on one page, verdicts and decisions, and who may not."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation.actions.application import submit_application, supplement_application
from evaluation.actions.draft import replace_projects, save_answers
from evaluation.actions.intake import return_application
from evaluation.models import Application
from tests.evaluation.dossiers import AT, MATERIALS, filled_draft, open_round, submitted
from tests.factories import join, make_application, make_district, make_organisation, make_station, make_user

pytestmark = pytest.mark.django_db
LIST = "/intake/"
ACTS = ("application_accept", "application_return", "application_not_accept", "intake_rest_complete")


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def clerk(client):
    clerk = make_user("intake", name="周受理")
    client.force_login(clerk)
    return clerk


def address(name, application, *args):
    return reverse(f"evaluation:{name}", args=[application.pk, *args])


def text_of(response):
    return response.content.decode()


def test_a_file_is_judged_and_accepted_through_the_pages(client, clerk):
    version, _ = submitted()
    application = version.application
    page = text_of(client.get(address("intake_detail", application)))
    assert "还有 7 类材料没有审查" in page
    key = version.snapshot["materials"]["systems"][0]["key"]
    assert f'<iframe src="/applications/{application.pk}/files/{key}/?view"' in page
    judged = client.post(address("intake_material_judge", application, "systems"), {"verdict": "complete"})
    assert judged.url == address("intake_detail", application) + "#material-systems"
    assert "还有材料没有审查" in text_of(client.post(address("application_accept", application)))
    client.post(address("intake_rest_complete", application))
    assert "七类材料齐全，可以受理" in text_of(client.get(address("intake_detail", application)))
    page = client.post(address("application_accept", application), follow=True)
    assert "已受理，并已通知申报单位" in text_of(page)
    assert Application.objects.get().state == "accepted"


def test_a_lacking_material_needs_its_reason_and_what_was_typed_stays(client, clerk):
    version, _ = submitted()
    url = address("intake_material_judge", version.application, "systems")
    page = client.post(url, {"verdict": "lacking", "reason": ""})
    assert page.status_code == 422
    assert "请写明需要补正什么" in text_of(page)
    assert "checked" in text_of(page)
    assert not version.verdicts.exists()


def test_the_return_form_begins_with_what_was_found_lacking(client, clerk):
    version, _ = submitted()
    application = version.application
    client.post(address("intake_material_judge", application, "systems"), {"verdict": "lacking", "reason": "缺目录"})
    url = address("application_return", application)
    page = client.get(url)
    assert "缺目录" in text_of(page)
    assert page.context["form"]["named-systems"].initial is True
    assert "2026年11月17日24时" in text_of(page)
    assert "已退回 0 次" in text_of(page)
    posted = {
        "named-systems": "on",
        "reason-systems": "缺目录",
        "named-conditions": "on",
        "reason-conditions": "太简略",
    }
    assert client.post(url, posted).status_code == 302
    page = text_of(client.get(address("intake_detail", application)))
    assert "基本条件说明：太简略" in page
    assert "补正中" in page


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({}, "请至少选择一个"),
        ({"named-systems": "on"}, "请写明“管理制度和程序文件”需要补正什么"),
        ({"reason-systems": "缺目录"}, "请同时勾选"),
    ],
)
def test_a_return_without_sense_is_answered_at_its_field(client, clerk, posted, words):
    version, _ = submitted()
    page = client.post(address("application_return", version.application), posted)
    assert page.status_code == 422
    assert words in text_of(page)
    assert Application.objects.get().state == "submitted"


def test_not_accepted_with_a_reason(client, clerk):
    version, _ = submitted()
    url = address("application_not_accept", version.application)
    assert client.post(url, {"reason": ""}).status_code == 422
    client.post(url, {"reason": "建设主体已注销。"})
    assert "建设主体已注销。" in text_of(client.get(address("intake_detail", version.application)))


def test_a_decision_that_somebody_else_has_made_is_told(client, clerk):
    version, _ = submitted()
    return_application(
        version.application, items=[{"code": "systems", "reason": "x"}], actor=make_user("intake"), at=AT
    )
    page = client.post(address("application_not_accept", version.application), {"reason": "晚了一步"})
    assert page.status_code == 409
    assert "可能别人已经先办理了" in text_of(page)
    assert "晚了一步" in text_of(page)


def test_what_changed_is_shown_side_by_side(client, clerk):
    version, owner = submitted()
    application = version.application
    return_application(application, items=[{"code": "conditions", "reason": "太简略"}], actor=clerk, at=AT)
    save_answers(application, actor=owner, at=AT, version=99, finance="详细的财务状况")
    supplement_application(application, actor=owner, at=AT)
    page = text_of(client.get(address("intake_changes", application, 2)))
    assert '<del class="pre">近三年连续盈利。</del>' in page
    assert '<ins class="pre">详细的财务状况</ins>' in page
    assert client.get(address("intake_changes", application, 1)).status_code == 404
    assert client.get(address("intake_changes", application, 3)).status_code == 404
    assert "逐项对照" in text_of(client.get(address("intake_detail", application)))


# -- Who sees what  ----


@pytest.mark.parametrize("role", ["manager", "leader", "auditor"])
def test_readers_read_and_decide_nothing(client, role):
    version, _ = submitted()
    client.force_login(make_user(role))
    page = text_of(client.get(address("intake_detail", version.application)))
    assert "由受理人员办理，您可以查看" in page
    assert "保存意见" not in page
    for name in ACTS:
        assert client.get(address(name, version.application)).status_code == 404
        assert client.post(address(name, version.application), {"reason": "x"}).status_code == 404
    assert Application.objects.get().state == "submitted"


@pytest.mark.parametrize("role", [None, "district", "finance", "system_admin"])
def test_to_others_intake_is_closed(client, role):
    version, _ = submitted()
    client.force_login(make_user(role))
    assert client.get(LIST).status_code == 403
    for name in ("intake_detail", *ACTS):
        assert client.get(address(name, version.application)).status_code == 404


def test_the_applicant_has_its_own_page_and_not_intakes(client):
    version, owner = submitted()
    client.force_login(owner)
    assert client.get(address("intake_detail", version.application)).status_code == 404
    assert client.get(version.application.get_absolute_url()).status_code == 200


def test_a_draft_is_the_applicants_alone(client, clerk):
    draft, _ = filled_draft()
    assert client.get(address("intake_detail", draft)).status_code == 404
    assert str(draft.station) not in text_of(client.get(LIST))


def test_a_clerk_of_the_applicant_does_not_decide(client, clerk):
    version, _ = submitted()
    join(clerk, version.application.organisation)
    client.force_login(clerk)
    assert "保存意见" not in text_of(client.get(address("intake_detail", version.application)))
    assert client.get(address("application_accept", version.application)).status_code == 404


# -- The list  ----


def test_what_waits_comes_first_and_by_due_date(client, clerk):
    evaluation = open_round()
    decided = make_application(evaluation, state="accepted")
    later = make_application(evaluation, due_at=AT.replace(day=20))
    sooner = make_application(evaluation, due_at=AT.replace(day=12))
    returned = make_application(evaluation, state="returned", due_at=AT.replace(day=11))
    assert list(client.get(LIST).context["rows"]) == [sooner, later, returned, decided]


def test_the_list_is_searched_filtered_and_exported(client, clerk):
    evaluation = open_round()
    hankou = make_station(make_organisation(district=make_district("420104", "硚口区")))
    one = make_application(evaluation, hankou)
    make_application(evaluation, state="accepted")
    assert list(client.get(LIST, {"q": one.organisation.credit_code}).context["rows"]) == [one]
    assert list(client.get(LIST, {"district": "420104"}).context["rows"]) == [one]
    assert list(client.get(LIST, {"state": "submitted"}).context["rows"]) == [one]
    assert "没有符合条件的申报" in text_of(client.get(LIST, {"q": "没有这个"}))
    csv = b"".join(client.get(LIST, {"export": "csv", "state": "submitted"}).streaming_content).decode()
    assert "硚口区" in csv
    assert csv.count("\n") == 2


def test_an_empty_list_says_when_there_will_be_something(client, clerk):
    assert "还没有收到申报" in text_of(client.get(LIST))


@pytest.mark.parametrize("rows", [3, 300])
def test_the_list_costs_the_same_at_3_and_at_300_rows(client, clerk, rows, django_assert_num_queries):
    evaluation, organisation, author = open_round(), make_organisation(), make_user()
    Application.objects.bulk_create(
        Application(
            round=evaluation,
            organisation=organisation,
            station=make_station(organisation),
            created_by=author,
            created_at=AT,
            submitted_at=AT,
            number=f"N-{number}",
            state="submitted",
        )
        for number in range(rows)
    )
    client.get(LIST)
    with django_assert_num_queries(6):
        page = client.get(LIST)
    assert len(page.context["rows"]) == min(rows, 20)


@pytest.mark.parametrize("more", [0, 40])
def test_a_file_costs_the_same_however_much_is_in_it(client, clerk, more, django_assert_num_queries):
    application, owner = filled_draft()
    row = {"year": 2025, "name": "项目", "client": "某厂", "kind": "testing"}
    replace_projects(
        application, [{**row, "name": f"项目{number}"} for number in range(more)] or [row], actor=owner, at=AT
    )
    submit_application(application, actor=owner, at=AT)
    url = address("intake_detail", application)
    client.get(url)
    with django_assert_num_queries(10):
        client.get(url)


def test_the_home_page_of_a_clerk_says_what_waits(client, clerk):
    version, _ = submitted()
    assert f"审查申报 {version.snapshot['number']}" in text_of(client.get("/home/"))
    assert len(MATERIALS) == 7


def test_the_work_list_and_its_export_read_each_row_once(client, clerk):
    """What a row shows is in the list's one query; a column that it does not fetch would cost a query a row."""
    evaluation = open_round()

    def cost(query):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(LIST, query)
            b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code == 200
        return len(queries)

    make_application(evaluation)
    few = cost({}), cost({"export": "csv"})
    for _ in range(4):
        make_application(evaluation)
    assert (cost({}), cost({"export": "csv"})) == few
    assert few[0] <= 8
