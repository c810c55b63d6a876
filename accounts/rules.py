"""Predicates about people. Higher floors combine them; permissions are the `add_perm` lines."""

from typing import Any

import rules

from accounts.states import ADMINS, Role


def has_role(*roles: Role) -> rules.Predicate:
    """Predicate: the person holds one of these work roles now."""

    @rules.predicate(f"has_role:{'|'.join(roles)}")
    def predicate(user: Any) -> bool:
        return user.is_authenticated and not user.roles.isdisjoint(roles)

    return predicate


is_intake = has_role(Role.INTAKE)
is_manager = has_role(Role.MANAGER)
is_leader = has_role(Role.LEADER)
is_finance = has_role(Role.FINANCE)
is_auditor = has_role(Role.AUDITOR)
is_system_admin = has_role(Role.SYSTEM_ADMIN)
is_security_admin = has_role(Role.SECURITY_ADMIN)
is_audit_admin = has_role(Role.AUDIT_ADMIN)
# Who works on rounds and reads all of their files
is_bureau = has_role(Role.INTAKE, Role.MANAGER, Role.LEADER)
# Who reads everything and changes nothing
reads_all = has_role(Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR)
is_any_admin = has_role(*sorted(ADMINS))

rules.add_perm("accounts.grant_role", is_security_admin)
rules.add_perm("accounts.manage_people", is_security_admin)
rules.add_perm("accounts.manage_outbox", is_system_admin)
rules.add_perm("accounts.read_journal", has_role(Role.AUDITOR, Role.AUDIT_ADMIN))
