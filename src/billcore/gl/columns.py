"""How the tables that finance keeps in spreadsheets become the fields of our documents.

One function for each table, from rows as texts by column to plain data for `Document.read`. An empty cell is an absent
field. Reading the file is the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

CHART_COLUMNS = ("entity", "account", "name", "type", "is_postable", "is_control", "is_active", "currency")
ACCESS_COLUMNS = ("event", "role", "step", "keys")
MAPPING_COLUMNS = (
    "id",
    "event",
    "role",
    "entity",
    "product_class",
    "revenue_treatment",
    "tax_jurisdiction",
    "tax_row",
    "account",
    "effective_from",
    "effective_to",
    "note",
)
# What stands in the account column of a combination that must never post.
FORBIDDEN = "forbidden"

Row = Mapping[str, str]


def account_fields(row: Row) -> dict[str, object]:
    """The fields of an `Account` from one row of the chart.

    >>> account_fields({"entity": "US01", "account": "1200", "name": "Receivables", "type": "asset", "currency": ""})
    {'entity': 'US01', 'number': '1200', 'name': 'Receivables', 'type': 'asset'}
    """
    return {"number" if name == "account" else name: text for name, text in row.items() if text}


def mapping_row_fields(row: Row) -> dict[str, object]:
    """The fields of a `MappingRow` from one row of the mapping; value sets stay ``a|b``, which the document reads."""
    fields: dict[str, object] = {name: text for name, text in row.items() if text}
    if fields.get("account") == FORBIDDEN:
        del fields["account"]
        fields["forbidden"] = True
    return fields


def access_fields(rows: Iterable[Row]) -> list[dict[str, object]]:
    """The fields of each `AccessSequence` from the rows of the access table: one row a step, keys joined by ``+``.

    Steps are ordered by the number in the column ``step``, whatever the order of the rows. A number that is malformed
    or used twice stays in the fields, where the document refuses it (``field-unknown``).

    >>> rows = [{"event": "presentation", "role": "contract_asset", "step": "2", "keys": "entity"},
    ...         {"event": "presentation", "role": "contract_asset", "step": "1", "keys": "entity+product_class"}]
    >>> access_fields(rows)[0]["steps"]
    [{'keys': ['entity', 'product_class']}, {'keys': ['entity']}]
    """
    listed = list(rows)
    return [
        {"event": event, "role": role, "steps": [_step(listed[index], is_repeated) for index, is_repeated in steps]}
        for (event, role), steps in _ordered(listed).items()
    ]


def access_places(rows: Iterable[Row]) -> list[list[int]]:
    """Which row each step of each sequence came from, as `access_fields` orders them: ``places[sequence][step]``.

    >>> rows = [{"event": "presentation", "role": "contract_asset", "step": "2", "keys": "entity"},
    ...         {"event": "presentation", "role": "contract_asset", "step": "1", "keys": "entity+product_class"}]
    >>> access_places(rows)
    [[1, 0]]
    """
    return [[index for index, _ in steps] for steps in _ordered(list(rows)).values()]


def _ordered(rows: list[Row]) -> dict[tuple[str, str], list[tuple[int, bool]]]:
    """(event, role) -> places of its rows by step number, and whether the number stood before."""
    found: dict[tuple[str, str], list[tuple[int, bool]]] = {}
    for index, row in enumerate(rows):
        steps = found.setdefault((row.get("event", ""), row.get("role", "")), [])
        number = row.get("step", "")
        steps.append((index, any(number == rows[other].get("step", "") for other, _ in steps)))
    for steps in found.values():
        steps.sort(key=lambda step: _step_number(rows[step[0]].get("step", "")))
    return found


def _step(row: Row, is_repeated: bool) -> dict[str, object]:
    step: dict[str, object] = {"keys": row.get("keys", "").split("+")}
    number = row.get("step", "")
    return step if number.isascii() and number.isdigit() and not is_repeated else step | {"step": number}


def _step_number(number: str) -> tuple[int, str]:
    return len(number.lstrip("0")), number.lstrip("0")
