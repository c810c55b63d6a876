"""Who looks after the exchange with the platform 汉检链, and who may look at it."""

import rules

from accounts.rules import is_audit_admin, is_auditor, is_system_admin

rules.add_perm("integration.manage_hanjianlian", is_system_admin)
rules.add_perm("integration.read_hanjianlian", is_system_admin | is_auditor | is_audit_admin)
