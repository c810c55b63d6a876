"""Who nominates staff for commendation, who publishes, and who answers: the person alone, through the own link."""

import rules

from accounts.rules import is_leader, is_manager, reads_all

rules.add_perm("funding.read_commendation", reads_all)
rules.add_perm("funding.nominate_staff", is_manager)
rules.add_perm("funding.answer_nomination", rules.always_false)  # through the link, see actions.commendation
rules.add_perm("funding.publish_commendation", is_leader)
