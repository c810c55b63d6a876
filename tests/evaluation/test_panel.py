import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Message
from accounts.states import Role
from evaluation.actions.panel import confirm_assignment, propose_assignment, replace_expert
from evaluation.actions.pool import (
    Employer,
    record_mandate,
    register_expert,
    register_institution,
    update_expert,
    update_institution,
)
from evaluation.actions.sheets import declare_conflict
from evaluation.models import Expert, Recusal, ScoreSheet
from evaluation.queries.panel import experts_visible_to, institutions_visible_to
from evaluation.queries.sheets import institution_progress
from ledger.errors import Refused
from ledger.models import JournalEntry
from stations.credit_code import make_credit_code
from tests.evaluation.panel_cast import picture
from tests.factories import (
    join,
    make_entry,
    make_expert,
    make_organisation,
    make_round,
    make_sheet,
    make_station,
    make_user,
    put,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return make_user(Role.MANAGER)


@pytest.fixture
def evaluation():
    return make_round()


def refused(code):
    return pytest.raises(Refused, match=f"（{code}）$")


def institution_of(manager, **fields):
    fields.setdefault("name", "湖北评价中心")
    fields.setdefault("code", make_credit_code(777))
    return register_institution(actor=manager, qualification="具有评价资质", **fields)


# -- Pool  ----


def test_a_person_without_account_is_registered_and_told(manager):
    expert = register_expert(
        actor=manager, email="Wu@Example.com", name="吴专家", employer="某大学", fields=["standards", "metrology"]
    )
    assert (expert.user.email, expert.user.name, expert.fields) == (
        "wu@example.com",
        "吴专家",
        ["metrology", "standards"],
    )
    assert not expert.user.has_usable_password()
    assert Message.objects.get(recipient=expert.user).subject == "您已列入评审专家库"
    assert JournalEntry.objects.get(object_type="evaluation.expert", object_id=str(expert.pk)).move == "register"


def test_a_person_is_registered_once(manager):
    expert = make_expert()
    with refused("expert_exists"):
        register_expert(actor=manager, email=expert.user.email, name="同一人", employer="某大学")


def test_the_bureaus_own_people_are_no_experts(manager):
    clerk = make_user(Role.INTAKE)
    with refused("expert_is_staff"):
        register_expert(actor=manager, email=clerk.email, name="受理员", employer="市局")


def test_a_wrong_credit_code_of_the_employer_is_named_with_its_field(manager):
    with pytest.raises(Refused) as caught:
        register_expert(actor=manager, email="a@example.com", name="某", employer="某公司", employer_code="91420100")
    assert (caught.value.code, caught.value.field) == ("credit_code_length", "employer_code")
    assert not Expert.objects.exists()


def test_only_managers_keep_the_pool():
    with refused("not_allowed"):
        register_expert(actor=make_user(Role.INTAKE), email="a@example.com", name="某", employer="某")


def test_an_employment_that_ends_before_it_begins_is_refused(manager):
    wrong = Employer(organisation="某公司", since=dt.date(2024, 5, 1), until=dt.date(2023, 5, 1))
    with refused("employment_reversed"):
        register_expert(actor=manager, email="a@example.com", name="某", employer="某", employments=[wrong])


def test_a_new_employer_takes_the_expert_off_its_entry_at_once(manager):
    sheet = make_sheet(state="submitted")
    other = make_sheet(make_entry(sheet.entry.round), sheet.expert)
    organisation = sheet.entry.station.organisation
    recused = update_expert(
        sheet.expert,
        actor=manager,
        employments=[Employer(organisation=organisation.name, since=dt.date(2020, 1, 1), until=timezone.localdate())],
    )
    assert recused == [sheet]
    assert [ScoreSheet.objects.get(pk=pk).state for pk in (sheet.pk, other.pk)] == ["recused", "gated"]
    assert Recusal.objects.get().source == "computed"


def test_an_unknown_part_of_the_record_is_an_error_of_the_program(manager):
    with pytest.raises(TypeError, match="email"):
        update_expert(make_expert(), actor=manager, email="x@example.com")


# -- Institutions  ----


def test_an_institution_is_registered_once(manager):
    institution_of(manager)
    with refused("institution_exists"):
        institution_of(manager, name="另一名称")


def test_without_a_mandate_in_force_an_institutions_experts_get_nothing(manager, evaluation):
    institution = institution_of(manager)
    entry, expert = make_entry(evaluation), make_expert(institution=institution)
    assert propose_assignment(evaluation, per_entry=1, seed=1).pairs == ()
    with refused("bad_pairs"):
        confirm_assignment(evaluation, [(entry.pk, expert.pk)], actor=manager)
    today = timezone.localdate()
    record_mandate(
        institution,
        evaluation,
        actor=manager,
        number="委〔2026〕1号",
        document=picture(),
        valid_from=today,
        valid_to=today,
    )
    assert len(confirm_assignment(evaluation, [(entry.pk, expert.pk)], actor=manager)) == 1


def test_an_expired_mandate_is_no_mandate(manager, evaluation):
    institution = institution_of(manager)
    make_entry(evaluation)
    make_expert(institution=institution)
    day = timezone.localdate() - dt.timedelta(days=1)
    record_mandate(
        institution, evaluation, actor=manager, number="委〔2026〕1号", document=picture(), valid_from=day, valid_to=day
    )
    assert propose_assignment(evaluation, per_entry=1, seed=1).pairs == ()


def test_a_mandate_is_recorded_once_and_in_the_right_order(manager, evaluation):
    institution, today = institution_of(manager), timezone.localdate()
    facts = {"actor": manager, "number": "委1号", "valid_from": today}
    with refused("mandate_reversed"):
        record_mandate(institution, evaluation, document=picture(), valid_to=today - dt.timedelta(days=1), **facts)
    record_mandate(institution, evaluation, document=picture(), valid_to=today, **facts)
    with refused("mandate_exists"):
        record_mandate(institution, evaluation, document=picture(), valid_to=today, **facts)


def test_an_institutions_manager_sees_the_own_experts_and_no_marks(manager):
    boss = make_user()
    institution = institution_of(manager, managers=[boss])
    mine, stranger = make_expert(institution=institution), make_expert()
    sheet = make_sheet(expert=mine, state="open")
    make_sheet(sheet.entry, stranger)
    assert list(experts_visible_to(boss)) == [mine]
    assert list(institutions_visible_to(boss)) == [institution]
    assert list(institution_progress(boss)) == [sheet]
    assert list(institution_progress(make_user())) == []
    update_institution(institution, actor=manager, qualification="更新", managers=[])
    assert list(institution_progress(boss)) == []


# -- Proposal  ----


def test_a_proposal_leaves_conflicts_out(evaluation):
    entry = make_entry(evaluation)
    organisation = entry.station.organisation
    free = make_expert()
    make_expert(employer=organisation.name)
    make_expert(employer="改名前", employer_code=organisation.credit_code)
    left = make_expert()
    left.employments.create(
        organisation=organisation.name, from_date=dt.date(2015, 1, 1), to_date=timezone.localdate() - dt.timedelta(30)
    )
    member = make_expert()
    join(member.user, organisation)
    declared = make_expert()
    Recusal.objects.create(expert=declared, entry=entry, source="declared", reason="亲属", made_at=timezone.now())
    proposal = propose_assignment(evaluation, per_entry=3, seed=7)
    assert [(pair.entry, pair.expert) for pair in proposal.pairs] == [(entry.pk, free.pk)]
    assert [(item.entry, item.filled, item.needed) for item in proposal.shortages] == [(entry.pk, 1, 3)]


def test_who_left_more_than_three_years_ago_is_free_again(evaluation):
    entry, expert = make_entry(evaluation), make_expert()
    gone = timezone.localdate() - dt.timedelta(days=3 * 366 + 1)
    expert.employments.create(
        organisation=entry.station.organisation.name, from_date=gone - dt.timedelta(days=900), to_date=gone
    )
    assert len(propose_assignment(evaluation, per_entry=1, seed=1).pairs) == 1


def test_an_institution_does_not_judge_itself(manager, evaluation):
    organisation = make_organisation(credit_code=make_credit_code(777))
    make_entry(evaluation, make_station(organisation))
    institution = institution_of(manager)
    today = timezone.localdate()
    record_mandate(
        institution, evaluation, actor=manager, number="委1号", document=picture(), valid_from=today, valid_to=today
    )
    make_expert(institution=institution)
    assert propose_assignment(evaluation, per_entry=1, seed=1).pairs == ()


def test_the_same_seed_proposes_the_same_and_writes_nothing(evaluation):
    for _ in range(4):
        make_entry(evaluation)
        make_expert()
    once, again = (propose_assignment(evaluation, per_entry=2, seed=9) for _ in range(2))
    assert once == again
    assert len(once.pairs) == 8
    assert not ScoreSheet.objects.exists()


def test_a_proposal_costs_the_same_number_of_queries_for_3_and_30_entries(
    evaluation, django_assert_num_queries, django_assert_max_num_queries
):
    def grow(number):
        for _ in range(number):
            make_entry(evaluation)
            make_expert()

    grow(3)
    with django_assert_max_num_queries(12) as first:
        propose_assignment(evaluation, per_entry=2, seed=1)
    grow(27)
    with django_assert_num_queries(len(first.captured_queries)):
        propose_assignment(evaluation, per_entry=2, seed=1)


# -- Confirmation  ----


def test_a_confirmed_batch_opens_the_scoring_and_tells_each_expert_once(manager, evaluation):
    entries, experts = [make_entry(evaluation) for _ in range(2)], [make_expert() for _ in range(3)]
    pairs = [(entry.pk, expert.pk) for entry in entries for expert in experts]
    due = timezone.now() + dt.timedelta(days=14)
    sheets = confirm_assignment(evaluation, pairs, actor=manager, due_at=due, chair=experts[0].user)
    assert {(sheet.entry_id, sheet.expert_id) for sheet in sheets} == set(pairs)
    assert {(sheet.state, sheet.due_at) for sheet in ScoreSheet.objects.all()} == {("gated", due)}
    for entry in entries:
        entry.refresh_from_db()
        assert entry.state == "scoring"
    evaluation.refresh_from_db()
    assert evaluation.chair == experts[0].user
    assert Message.objects.filter(subject__endswith="请评分").count() == 3


def test_the_same_batch_twice_changes_nothing(manager, evaluation):
    entry, expert = make_entry(evaluation), make_expert()
    confirm_assignment(evaluation, [(entry.pk, expert.pk)], actor=manager)
    rows = JournalEntry.objects.count(), Message.objects.count()
    assert confirm_assignment(evaluation, [(entry.pk, expert.pk)], actor=manager) == []
    assert (JournalEntry.objects.count(), Message.objects.count()) == rows
    assert ScoreSheet.objects.count() == 1


def test_one_bad_pair_and_the_whole_batch_is_refused(manager, evaluation):
    entry, good = make_entry(evaluation), make_expert()
    bad = make_expert(employer=entry.station.organisation.name)
    with pytest.raises(Refused) as caught:
        confirm_assignment(evaluation, [(entry.pk, good.pk), (entry.pk, bad.pk)], actor=manager)
    assert caught.value.code == "bad_pairs"
    assert str(bad) in caught.value.message
    assert not ScoreSheet.objects.exists()
    entry.refresh_from_db()
    assert entry.state == "assigned"


def test_computed_conflicts_go_on_the_record_with_the_batch(manager, evaluation):
    entry, good = make_entry(evaluation), make_expert()
    bad = make_expert(employer=entry.station.organisation.name)
    confirm_assignment(evaluation, [(entry.pk, good.pk)], actor=manager)
    recusal = Recusal.objects.get()
    assert (recusal.expert, recusal.entry, recusal.source) == (bad, entry, "computed")
    assert entry.station.organisation.name in recusal.reason


@pytest.mark.parametrize("case", ["inactive", "recused", "over_cap", "other_round"])
def test_a_pair_that_may_not_be_is_refused(case, manager, evaluation):
    entry, expert = make_entry(evaluation), make_expert(active=case != "inactive", load_cap=1)
    pairs = [(entry.pk, expert.pk)]
    if case == "recused":
        Recusal.objects.create(expert=expert, entry=entry, source="staff", reason="指定", made_at=timezone.now())
    if case == "over_cap":
        pairs.append((make_entry(evaluation).pk, expert.pk))
    if case == "other_round":
        pairs.append((make_entry().pk, make_expert().pk))
    with refused("bad_pairs"):
        confirm_assignment(evaluation, pairs, actor=manager)
    assert not ScoreSheet.objects.exists()


def test_experts_are_assigned_only_while_the_round_is_reviewed(manager):
    evaluation = make_round("intake_closed")
    entry, expert = make_entry(evaluation), make_expert()
    with refused("round_not_reviewing"):
        confirm_assignment(evaluation, [(entry.pk, expert.pk)], actor=manager)


def test_a_due_date_in_the_past_and_a_chair_from_outside_are_refused(manager, evaluation):
    with refused("due_in_the_past"):
        confirm_assignment(evaluation, [], actor=manager, due_at=timezone.now() - dt.timedelta(minutes=1))
    with refused("chair_unknown"):
        confirm_assignment(evaluation, [], actor=manager, chair=make_user())


def test_an_expert_may_not_assign(evaluation):
    with refused("not_allowed"):
        confirm_assignment(evaluation, [], actor=make_expert().user)


def test_a_recused_expert_is_replaced_once(manager, evaluation):
    sheet = make_sheet(make_entry(evaluation))
    new = make_expert()
    with refused("not_recused"):
        replace_expert(sheet, new, actor=manager)
    declare_conflict(sheet, actor=sheet.expert.user, reason="曾共同申报项目")
    replacement = replace_expert(sheet, new, actor=manager)
    assert (replacement.expert, replacement.entry, replacement.state) == (new, sheet.entry, "gated")
    assert replace_expert(sheet, new, actor=manager) == replacement
    with refused("bad_pairs"):
        replace_expert(sheet, sheet.expert, actor=manager)


def test_no_replacement_after_the_sheets_are_locked(manager, evaluation):
    sheet = make_sheet(make_entry(evaluation))
    declare_conflict(sheet, actor=sheet.expert.user, reason="亲属")
    put(sheet.entry, "scored")
    with refused("entry_scored"):
        replace_expert(sheet, make_expert(), actor=manager)


# -- What the database itself refuses  ----


def write(sql, *values):
    """Past all actions, and with the checks that wait for the end of the transaction."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
        connection.check_constraints()


def test_the_database_refuses_a_sheet_for_a_pair_in_conflict():
    entry, expert = make_entry(), make_expert()
    Recusal.objects.create(expert=expert, entry=entry, source="staff", reason="指定", made_at=timezone.now())
    connection.check_constraints()
    sql = """INSERT INTO evaluation_scoresheet (entry_id, expert_id, state, assigned_at, comment)
             VALUES (%s, %s, 'gated', now(), '')"""
    with pytest.raises(IntegrityError, match="is recused from entry"):
        write(sql, entry.pk, expert.pk)


def test_the_database_refuses_a_recusal_beside_a_live_sheet():
    sheet = make_sheet()
    connection.check_constraints()
    sql = """INSERT INTO evaluation_recusal (expert_id, entry_id, source, reason, made_at)
             VALUES (%s, %s, 'staff', 'x', now())"""
    with pytest.raises(IntegrityError, match="still has a sheet"):
        write(sql, sheet.expert_id, sheet.entry_id)
