"""Customers as people, firms and homes, and how they belong together."""

from kizuna.customers.contacts.models.companies import Company
from kizuna.customers.contacts.models.contacts import Contact
from kizuna.customers.contacts.models.households import Household, HouseholdSuggestion
from kizuna.customers.contacts.models.relationships import Relationship

__all__ = ["Company", "Contact", "Household", "HouseholdSuggestion", "Relationship"]
