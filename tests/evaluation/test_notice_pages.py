"""What everybody reads of a notice: immutable, cheap, without a person's name; and what a manager does with a draft."""

import csv
import hashlib
import io
import json
from xml.etree import ElementTree as ET

import pytest
import time_machine
from django.utils import timezone

from accounts import cached
from accounts.states import Role
from config.home import news, open_notices, todos_for
from evaluation.actions import notices
from evaluation.models import PublicNotice
from evaluation.states import NoticeState, RoundState
from tests.evaluation.scene import IN_NOTICE, notice_of, published_round, ranked_round
from tests.factories import make_user

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def clock():
    """The day on which the results are published; it runs on."""
    with time_machine.travel(IN_NOTICE) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def empty_shelf(monkeypatch):
    monkeypatch.setattr(cached, "shelf", cached.Shelf())


@pytest.fixture
def manager():
    return make_user(Role.MANAGER)


@pytest.fixture
def notice(manager):
    return notice_of(ranked_round(manager=manager), manager, at=timezone.now())


@pytest.fixture
def draft(manager):
    return notices.draft_result_notice(ranked_round(manager=manager).round, actor=manager)


def read(response) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode()


def test_the_page_tells_window_list_hash_and_how_to_object(client, notice):
    page = read(client.get(f"/notices/{notice.pk}/"))
    for entry in notice.content["entries"]:
        assert entry["station"] in page
        assert f"/notices/{notice.pk}/objections/new/?entry={entry['entry']}" in page
    assert notice.sha256 in page
    assert all(day["why"] in page for day in notice.counted_days)
    assert "发布当日不计入" in page


def test_a_second_reader_costs_one_query_and_gets_the_same_bytes(client, notice, django_assert_num_queries):
    first = client.get(f"/notices/{notice.pk}/")
    with django_assert_num_queries(1):
        second = client.get(f"/notices/{notice.pk}/")
    assert (second.content, second["ETag"]) == (first.content, first["ETag"])
    assert "public" in second["Cache-Control"]
    assert second["Vary"] == "Cookie"
    assert not second.cookies


def test_who_has_the_page_already_is_told_so(client, notice, django_assert_num_queries):
    etag = client.get(f"/notices/{notice.pk}/")["ETag"]
    with django_assert_num_queries(1):
        answer = client.get(f"/notices/{notice.pk}/", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer["ETag"] == etag


def test_a_kept_page_goes_when_the_notice_is_closed_or_corrected(client, notice, manager):
    before = client.get(f"/notices/{notice.pk}/")
    assert "我要提异议" in read(before)
    draft = notices.draft_correction(notice, actor=manager, reason="名称有误。")
    assert "已有更正" not in read(client.get(f"/notices/{notice.pk}/"))
    notices.publish_draft(draft, actor=manager)
    assert "已有更正" in read(client.get(f"/notices/{notice.pk}/"))
    notices.close_due_notices(notice.closes_at)
    after = client.get(f"/notices/{notice.pk}/", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert "我要提异议" not in read(after)


def test_who_is_signed_in_gets_a_page_of_his_own(client, notice, manager):
    client.get(f"/notices/{notice.pk}/")
    client.force_login(manager)
    page = client.get(f"/notices/{notice.pk}/")
    assert "发布更正公告" in read(page)
    assert "private" in page["Cache-Control"]
    client.logout()
    assert "发布更正公告" not in read(client.get(f"/notices/{notice.pk}/"))


def test_large_type_is_kept_apart(client, notice):
    normal = client.get(f"/notices/{notice.pk}/")
    client.cookies["large_type"] = "1"
    assert 'class="large"' in read(client.get(f"/notices/{notice.pk}/"))
    assert 'class="large"' not in read(normal)


def test_the_downloaded_content_has_the_hash_that_the_page_shows(client, notice):
    for _ in range(2):  # rendered, then kept
        answer = client.get(f"/notices/{notice.pk}/content.json")
        assert hashlib.sha256(answer.content).hexdigest() == notice.sha256
        assert json.loads(answer.content)["serial"] == notice.serial
        assert "attachment" in answer["Content-Disposition"]


def test_the_list_of_entries_is_a_table(client, notice):
    rows = list(csv.reader(io.StringIO(read(client.get(f"/notices/{notice.pk}/entries/")).removeprefix("\ufeff"))))
    assert rows[0] == ["服务站", "建设主体", "统一社会信用代码", "所在区", "组别", "结果"]
    assert [row[0] for row in rows[1:]] == [entry["station"] for entry in notice.content["entries"]]
    assert client.get(f"/notices/{notice.pk}/entries/?export=xlsx").content[:2] == b"PK"
    assert client.get(f"/notices/{notice.pk}/entries/?export=exe").status_code == 404


def test_the_paper_is_the_one_of_publication(client, notice):
    answer = client.get(f"/notices/{notice.pk}/notice.pdf")
    content = b"".join(answer.streaming_content)
    assert hashlib.sha256(content).hexdigest() == notice.pdf.sha256
    assert "immutable" in answer["Cache-Control"]


def test_the_feed_names_what_is_published(client, notice):
    feed = ET.fromstring(client.get("/notices/feed.xml").content)  # noqa: S314  our own answer
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert titles[0] == notice.title
    assert len(titles) == PublicNotice.objects.exclude(state=NoticeState.DRAFT).count()


@pytest.mark.parametrize(
    "path", ["", "content.json", "entries/", "notice.pdf", "edit/", "publish/", "preview.pdf", "correct/"]
)
def test_a_draft_does_not_exist_for_the_public(client, draft, path):
    url = f"/notices/{draft.pk}/{path}"
    answers = {client.get(url).status_code}
    client.force_login(make_user())
    answers.add(client.get(url).status_code)
    assert answers <= {404, 302}
    assert client.get(url).status_code == 404
    assert draft.title not in read(client.get("/notices/")).replace("评价工作", "")


def test_the_list_is_searched_by_title_and_by_who_is_in_it(client, notice):
    station = notice.content["entries"][0]["station"]
    assert notice.title in read(client.get("/notices/", {"q": station}))
    assert notice.title in read(client.get("/notices/", {"kind": "result", "state": "open", "year": 2026}))
    assert notice.title not in read(client.get("/notices/", {"state": "closed"}))
    assert "没有符合条件的公告" in read(client.get("/notices/", {"q": "没有这个词"}))
    assert client.get("/notices/", {"sort": "body"}).status_code == 400


def test_an_empty_list_says_so(client):
    assert "还没有发布公告" in read(client.get("/notices/"))


def test_the_list_costs_as_many_queries_for_many_as_for_few(client, manager, django_assert_max_num_queries):
    for year in range(2030, 2034):
        published_round(manager, year=year)
    with django_assert_max_num_queries(4) as few:
        client.get("/notices/?page=1")
    for year in range(2034, 2048):
        published_round(manager, year=year)
    cached.shelf.pages.clear()  # what a page costs that is not kept yet
    with django_assert_max_num_queries(len(few)):
        client.get("/notices/?page=1")


def test_the_front_page_shows_what_is_in_notice(client, notice):
    now = timezone.now()
    assert [shown.title for shown in open_notices(now)] == [notice.title]
    assert open_notices(notice.closes_at) == []
    assert news()[0].title == notice.title
    assert notice.title in read(client.get("/"))


# -- A manager's drafts  ----


def test_a_manager_drafts_edits_looks_and_publishes(client, manager):
    ranking = ranked_round(manager=manager)
    client.force_login(manager)
    assert any("公示" in todo.title for todo in todos_for(manager))
    answer = client.post(f"/rounds/{ranking.round_id}/result-notice/", follow=True)
    draft = PublicNotice.objects.get(state=NoticeState.DRAFT)
    page = read(answer)
    assert all(entry["station"] in page for entry in draft.content["entries"])
    assert "如果现在发布" in page
    words = {"title": "评价结果公示", "document_number": "武市监〔2026〕9号", "body": "一、名单\n见附件。"}
    client.post(f"/notices/{draft.pk}/edit/", words)
    preview = client.get(f"/notices/{draft.pk}/preview.pdf")
    assert preview.content.startswith(b"%PDF")
    answer = client.post(f"/notices/{draft.pk}/publish/", follow=True)
    assert "武市监〔2026〕9号" in read(answer)
    draft.refresh_from_db()
    ranking.round.refresh_from_db()
    assert (draft.state, ranking.round.state) == (NoticeState.PUBLISHED, RoundState.IN_NOTICE)
    assert client.post(f"/notices/{draft.pk}/publish/").status_code == 409


def test_words_that_are_missing_are_asked_for_and_the_rest_is_kept(client, manager, draft):
    client.force_login(manager)
    answer = client.post(f"/notices/{draft.pk}/edit/", {"title": "", "body": "写好的正文"})
    assert answer.status_code == 422
    assert "写好的正文" in read(answer)


@pytest.mark.parametrize("role", [Role.INTAKE, Role.LEADER, Role.AUDITOR])
def test_other_staff_read_drafts_and_do_not_publish(client, draft, role):
    client.force_login(make_user(role))
    assert draft.title in read(client.get("/notices/work/"))
    assert client.get(f"/notices/{draft.pk}/").status_code == 200
    assert client.post(f"/notices/{draft.pk}/publish/").status_code == 404


def test_the_public_does_not_enter_the_bureaus_list(client):
    client.force_login(make_user())
    assert client.get("/notices/work/").status_code == 403


def test_a_correction_is_drafted_from_the_notice(client, manager, notice):
    client.force_login(manager)
    assert client.post(f"/notices/{notice.pk}/correct/", {"reason": ""}).status_code == 422
    answer = client.post(f"/notices/{notice.pk}/correct/", {"reason": "名称有误。"}, follow=True)
    assert "更正如下：名称有误。" in read(answer)
