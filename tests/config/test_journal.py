"""The journal as the auditor reads it."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message
from accounts.states import Role
from integration.models import AnchorReceipt
from ledger.actors import Job
from ledger.journal import record
from ledger.models import JournalEntry
from ledger.sealing import seal_journal
from tests.factories import make_user

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC)


@pytest.fixture
def wu():
    return make_user(Role.MANAGER, name="吴二")


@pytest.fixture
def auditor(client):
    client.force_login(make_user(Role.AUDITOR))
    return client


def said(response):
    return response.content.decode()


def reasons(response):
    return [entry.reason for entry in response.context["rows"]]


def test_the_newest_act_comes_first_in_words(auditor, wu):
    person = make_user()
    now = timezone.now()
    record(person, "deactivate", actor=wu, at=now, reason="离职")
    record(person, "reactivate", actor=Job("sweep"), at=now, reason="返聘")
    answer = auditor.get("/journal/")
    assert reasons(answer) == ["返聘", "离职"]
    for words in ("停用账号", "恢复账号", "吴二", "用户"):
        assert words in said(answer)


def test_acts_are_found_by_thing_move_person_and_day(auditor, wu):
    lin = make_user()
    letter = Message.objects.create(address="a@example.cn", key="k", subject="s", body="b", created_at=timezone.now())
    now = timezone.now()
    record(lin, "deactivate", actor=wu, at=now, reason="一")
    record(lin, "unlock", actor=make_user(name="钱三"), at=now - dt.timedelta(days=9), reason="二")
    record(letter, "resend", actor=wu, at=now, reason="三")
    today = timezone.localdate().isoformat()
    for query, found in {
        f"object_type=accounts.user&object_id={lin.pk}": ["二", "一"],
        "object_type=accounts.message": ["三"],
        "move=unlock": ["二"],
        "actor=吴": ["三", "一"],
        f"since={today}": ["三", "一"],
        f"until={(timezone.localdate() - dt.timedelta(days=1)).isoformat()}": ["二"],
        "q=钱三": ["二"],
        "sort=time": ["一", "二", "三"],
    }.items():
        assert reasons(auditor.get(f"/journal/?{query}")) == found, query
    assert "没有符合条件的记录" in said(auditor.get("/journal/?q=没有"))


def test_a_row_shows_its_facts_and_the_history_of_its_thing(auditor, wu):
    lin = make_user()
    record(lin, "grant_role", actor=wu, at=timezone.now(), facts={"role": "intake"})
    record(lin, "deactivate", actor=wu, at=timezone.now(), reason="离职")
    entry = JournalEntry.objects.get(move="grant_role")
    page = said(auditor.get(f"/journal/{entry.pk}/"))
    assert "<dt>role</dt><dd>intake</dd>" in page
    assert "停用账号" in page


def test_a_sealed_row_tells_what_other_platforms_said_of_its_seal(auditor, wu):
    record(make_user(), "deactivate", actor=wu, at=AT)
    entry, seal = JournalEntry.objects.get(), seal_journal(at=AT)
    page = reverse("journal_entry", args=[entry.pk])
    assert "还没有其他平台的存证回执" in said(auditor.get(page))
    known = {"seal_number": seal.number, "seal": seal, "anchored_at": AT, "received_at": AT, "raw": "{}"}
    AnchorReceipt.objects.create(number="AR-1", root=seal.root, reference="0xabc", verdict="matches", **known)
    AnchorReceipt.objects.create(number="AR-2", root="0" * 64, reference="0xdef", verdict="differs", **known)
    shown = said(auditor.get(page))
    assert "交易编号 0xabc" in shown
    assert "与本门户不一致" in shown


def test_the_export_holds_everything_filtered(auditor, wu):
    lin = make_user()
    for number in range(30):
        record(lin, "unlock", actor=wu, at=timezone.now(), reason=f"={number}")
    lines = b"".join(auditor.get("/journal/?move=unlock&export=csv").streaming_content).decode("utf-8-sig")
    assert len(lines.strip().splitlines()) == 31
    assert ",'=29" in lines


@pytest.mark.parametrize("role", [None, Role.MANAGER, Role.LEADER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN])
def test_nobody_else_reads_it(client, wu, role):
    entry = record(wu, "unlock", actor=wu, at=timezone.now())
    client.force_login(make_user(role))
    assert client.get("/journal/").status_code == 403
    assert client.get(f"/journal/{entry.pk}/").status_code == 404


@pytest.mark.parametrize("rows", [3, 300])
def test_it_costs_the_same_at_3_and_at_300(auditor, rows, django_assert_num_queries):
    for _ in range(rows):
        user = make_user()
        record(user, "unlock", actor=user, at=timezone.now())
    with django_assert_num_queries(5):  # session, person with roles, count, rows with people; expert for the rail
        answer = auditor.get("/journal/")
    assert len(answer.context["rows"]) == min(rows, 20)
