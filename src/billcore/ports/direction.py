"""Which way data flows through a port, as a type: a class cannot be both a source and a sink.

One way: CRM to billing to ERP; cash enters by the payment port alone. Each port carries its direction as a class
attribute of a literal type, so that one class for two directions does not type-check.
Source: rules 8 and 10 of the promises ("one way"); failure ``reverse-flow``.
"""

from __future__ import annotations

from typing import Literal

Inbound = Literal["inbound"]
Outbound = Literal["outbound"]
Inside = Literal["inside"]
