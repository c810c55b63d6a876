"""Who may do what in a round. What one may see is in queries (`visible_to`)."""

from typing import Any

import rules

from accounts.rules import is_intake, is_leader, is_manager, reads_all
from evaluation.models import Round
from evaluation.states import NoticeKind
from measures import Measure
from measures.setting import Setting
from stations.rules import is_member


def unset_settings(round: Round, measure: Measure) -> list[Setting]:
    """The settings on which the measure is silent, that a round needs, and that the bureau has not decided yet."""
    return [item for item in measure.round_settings if item.required and round.setting(item.code) is None]


@rules.predicate
def is_own_sheet(user: Any, sheet: Any) -> bool:
    return sheet is not None and sheet.expert.user_id == user.pk and sheet.expert.active


@rules.predicate
def is_chair(user: Any, sheet: Any) -> bool:
    """The chair of the round's panel; may reopen a submitted sheet."""
    return sheet is not None and sheet.entry.round.chair_id == user.pk


@rules.predicate
def is_visitor(user: Any, visit: Any) -> bool:
    return visit is not None and visit.visitors.filter(pk=user.pk).exists()


@rules.predicate
def did_not_propose(user: Any, conclusion: Any) -> bool:
    return conclusion is None or conclusion.proposed_by_id != user.pk


@rules.predicate
def ends_a_round(user: Any, obj: Any) -> bool:
    """The announcement that ends a round; not a result in public notice."""
    return getattr(obj, "kind", None) == NoticeKind.AWARD


@rules.predicate
def investigates(user: Any, objection: Any) -> bool:
    return objection is not None and objection.investigator_id == user.pk


rules.add_perm("evaluation.draft_round", is_manager)
rules.add_perm("evaluation.publish_round", is_manager)
rules.add_perm("evaluation.run_round", is_manager)
rules.add_perm("evaluation.cancel_round", is_leader)
rules.add_perm("evaluation.write_application", is_member)
# Who belongs to the applicant does not check its file
rules.add_perm("evaluation.check_application", is_intake & ~is_member)
rules.add_perm("evaluation.read_panel", reads_all)
rules.add_perm("evaluation.manage_experts", is_manager)
rules.add_perm("evaluation.assign_experts", is_manager)
rules.add_perm("evaluation.score_sheet", is_own_sheet)
rules.add_perm("evaluation.recuse_sheet", is_own_sheet | is_manager)
# Having seen the others' marks, the chair must not get at the own ones again
rules.add_perm("evaluation.reopen_sheet", is_chair & ~is_own_sheet)
rules.add_perm("evaluation.lock_sheets", is_manager)
rules.add_perm("evaluation.record_visit", is_visitor | is_manager)
rules.add_perm("evaluation.rank_round", is_manager)
# The leader publishes by approving: the announcement is part of the conclusion
rules.add_perm("evaluation.publish_notice", is_manager | (is_leader & ends_a_round))
rules.add_perm("evaluation.handle_objection", is_intake | is_manager)
rules.add_perm("evaluation.decide_objection", is_manager)
# Who may learn the name of an objector: those who handle this objection, not everyone who reads it
rules.add_perm("evaluation.reveal_objector", is_manager | (is_intake & investigates))
rules.add_perm("evaluation.propose_conclusion", is_manager)
rules.add_perm("evaluation.approve_conclusion", is_leader & did_not_propose)
rules.add_perm("evaluation.conclude_round", is_leader)
