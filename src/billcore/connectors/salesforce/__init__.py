"""Salesforce's records as billcore's documents, and the fields that are read for it."""

from billcore.connectors.salesforce.deal import DealReading, read_deal
from billcore.connectors.salesforce.fields import DEFAULT_FIELDS, USED, FieldMap, RenamedField

__all__ = ["DEFAULT_FIELDS", "USED", "DealReading", "FieldMap", "RenamedField", "read_deal"]
