"""Who does what with the money: the manager proposes, the leader approves what another proposed, finance pays."""

from typing import Any

import rules

from accounts.rules import has_role, is_finance, is_leader, is_manager
from accounts.states import Role
from stations.rules import is_owner


@rules.predicate
def did_not_propose(user: Any, grant: Any) -> bool:
    return grant is None or grant.proposed_by_id != user.pk


@rules.predicate
def is_of_the_district(user: Any, fund: Any) -> bool:
    """A district records what it gave itself; of a fund not yet recorded, any district's staff."""
    return fund is None or fund.district_id in user.districts


reads_money = has_role(Role.FINANCE, Role.MANAGER, Role.LEADER, Role.AUDITOR)
is_district = has_role(Role.DISTRICT)

rules.add_perm("funding.read_money", reads_money)
rules.add_perm("funding.manage_budget", is_finance)
rules.add_perm("funding.compute_entitlements", is_manager)
rules.add_perm("funding.propose_grant", is_manager)
rules.add_perm("funding.approve_grant", is_leader & did_not_propose)
rules.add_perm("funding.cancel_grant", is_manager | is_leader)
rules.add_perm("funding.pay_grant", is_finance)
rules.add_perm("funding.recover_grant", is_manager | is_leader)
rules.add_perm("funding.publish_list", is_manager)
rules.add_perm("funding.write_account", is_owner)
rules.add_perm("funding.reveal_account", is_finance)
rules.add_perm("funding.record_matching", is_finance | (is_district & is_of_the_district))
