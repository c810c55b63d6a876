"""What the money of Art 19 and the honours of Art 19 and 20 are kept in, a module for each noun."""

from funding.models.budget import Budget, BudgetLine
from funding.models.commendation import Commendation, Consent
from funding.models.entitlement import Entitlement, EntitlementRun, Scheme
from funding.models.grant import Grant, MatchingFund
from funding.models.payment import BankAccount, BankReceipt, PaymentBatch, PaymentItem
from funding.models.publication import PublicList

__all__ = [
    "BankAccount",
    "BankReceipt",
    "Budget",
    "BudgetLine",
    "Commendation",
    "Consent",
    "Entitlement",
    "EntitlementRun",
    "Grant",
    "MatchingFund",
    "PaymentBatch",
    "PaymentItem",
    "PublicList",
    "Scheme",
]
