"""Hostile bytes into every reader: each gives a value, findings or an error of ours, within a second.

Inputs are random bytes, and good files cut, doubled, crossed and salted with what has broken readers before.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from billcore.cash import references
from billcore.cash.payment import Payment
from billcore.connectors import tabular
from billcore.connectors.csv_rows import read_rows
from billcore.connectors.salesforce import read_deal
from billcore.connectors.toml_text import read_catalogue, read_entities, read_toml
from billcore.contract.contract import Contract
from billcore.core.errors import BillcoreError, InvariantBroken
from billcore.core.exact import exact
from billcore.core.json_text import read_json
from billcore.host import finance_files
from billcore.periods.frequency import Frequency
from billcore.pricing.formula import Formula, explain_formula
from founding_book import BOOK, DEALS, catalogue, entities
from soak.laws_of_books import Violation

SLOWEST = 1.0  # seconds of the processor for one input
LONGEST = 60_000
SALT = (
    *(b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\r", b"\n", b"\r\n\r\n", b"\t"),
    *(b'"', b'""', b"'''", b'"""', b",", b";", b"\\", b"\\u", b"\\ud800", b"{", b"[", b"[[", b"}", b"]", b"=", b"#"),
    *(b"NaN", b"Infinity", b"-0", b"1e400", b"1E-99", b"9" * 400, b"9" * 5_000, b"0.0000000000001", b"null", b"true"),
    *(b"2025-02-30", b"0000-00-00", b"9999-12-31", b"10000-01-01", b"T25:61:61Z", b"1 months", b"1200 months", b"term"),
    *(
        b"a.",
        b"kind",
        b"id",
        b"\xd9\xa3",
        b"\xc2\xb2",
        b"\xef\xbc\x91",
        b"\xc2\xa0",
        b"__class__",
        b"%s%n",
        b"=1+1",
        b"$",
    ),
)
NUMBERS = (
    b"0",
    b"-0",
    b"12.50",
    b"120000.0",
    b"1e5",
    b"-7",
    b"999999999999999999.999999999999",
    b"+1",
    b"1_000",
    b" 1",
)
FREQUENCIES = (b"month", b"3 months", b"2 weeks", b"1200 days", b"term", b"once", b"month\n", b"0 months", b"1 months")
FORMULAS = (
    b"max(fee, quantity * 0.125 * (1 - 0.10)) + (200 if first else 0)",
    b"div(fee, quantity, 2, half_even) if quantity != 0 and not first else round(quantity ** 8, 4)",
    b"min(quantity, 10) * 10 + max(quantity - 10, 0) * 5 if quantity <= 20 or fee == 1 else -fee",
    b"quantity.__class__[0] or lambda: (x := f'{__import__}') ** 10**10**10 / NaN",
    b"(" * 2_000 + b"floor(abs(ceil(1e9)))" + b")" * 2_000,
    "qu\u0430ntity * \uff11".encode(),
)
REFERENCES = (
    b"invoice 2019-00001",
    b"INV/2019/00001, INV 2019 00002",
    b"01.03.2019 RF18 5390 0754 7034",
    b"US01-INV-000001",
)


@dataclass(frozen=True)
class Reader:
    """A reader, and good inputs to begin with."""

    name: str
    read: Callable[[bytes], Any]
    good: tuple[bytes, ...]


def _file(name: str) -> bytes:
    return (BOOK / name).read_bytes()


def _text(data: bytes) -> str:
    """Any text that a caller may hold, halves of surrogate pairs too."""
    return data.decode("utf-8", "surrogateescape")


def _rows(name: str, read: Callable[..., Any], *columns: str) -> Reader:
    head = tuple(_file(name).decode("utf-8-sig").splitlines()[0].replace(";", ",").split(","))
    return Reader(name, lambda data: read(read_rows(data, file=name, columns=columns or head)), (_file(name),))


def readers() -> tuple[Reader, ...]:
    """Every reader of what comes from outside."""
    deals = tuple(path.read_bytes() for path in DEALS.values())
    sold = {"file": "deals/x.json", "catalogue": catalogue(), "entities": entities()}
    tables = {name: _file(name) for name in ("gl_mapping.toml", "gl_access.csv", "gl_mapping.csv")}
    head, access, rows = tables.values()
    return (
        Reader("json_text, exact", lambda data: read_json(data), deals),
        Reader("json_text, literal", lambda data: read_json(data, numbers="literal"), deals),
        Reader("salesforce read_deal", lambda data: read_deal(data, **sold), deals),
        _rows("usage.csv", tabular.read_usage),
        _rows("deliveries.csv", tabular.read_deliveries),
        _rows("tax.csv", tabular.read_tax),
        Reader("chart.csv", finance_files.read_chart, (_file("chart.csv"),)),
        Reader("payments.csv", finance_files.read_payments, (_file("payments.csv"),)),
        Reader("gl_mapping.toml", lambda data: finance_files.read_mapping(data, access, rows), (head,)),
        Reader("gl_access.csv", lambda data: finance_files.read_mapping(head, data, rows), (access,)),
        Reader("gl_mapping.csv", lambda data: finance_files.read_mapping(head, access, data), (rows,)),
        Reader("toml_text", lambda data: read_toml(data, file="x.toml", owner="finance"), tuple(tables.values())[:1]),
        Reader("catalogue.toml", read_catalogue, (_file("catalogue.toml"),)),
        Reader("entities.toml", read_entities, (_file("entities.toml"),)),
        Reader("exact", lambda data: exact(_text(data)), NUMBERS),
        Reader("Frequency.of", lambda data: Frequency.of(_text(data)), FREQUENCIES),
        Reader("references", _references, REFERENCES),
        Reader("Formula", _formula, FORMULAS),
        Reader("Contract.read", lambda data: Contract.read(read_json(data).content), _contracts()),
        Reader("Payment.read", lambda data: Payment.read(read_json(data).content), _payments()),
    )


def _references(data: bytes) -> None:
    text = _text(data)
    for one in (references.alphanumeric, references.digits, references.tokens):
        one(text)


def _formula(data: bytes) -> None:
    names = [{"name": "fee"}, {"name": "first", "type": "truth"}]
    price = Formula.read({"kind": "formula", "expression": _text(data), "variables": names})
    explain_formula(price, {"quantity": "12.5", "fee": "0.30", "first": True})


def _contracts() -> tuple[bytes, ...]:
    from soak.chance import contract

    return tuple(Contract.read(contract(random.Random(n), f"C-{n}")).model_dump_json().encode() for n in range(8))


def _payments() -> tuple[bytes, ...]:
    made, _ = finance_files.read_payments(_file("payments.csv"))
    return tuple(one.model_dump_json().encode() for _, one in made)


def mutated(chance: random.Random, good: tuple[bytes, ...]) -> bytes:
    """A good input changed in a few places, or bytes without any sense."""
    if chance.random() < 0.05:
        return chance.randbytes(chance.choice([0, 1, 3, 20, 200, 4_000]))
    data = chance.choice(good)
    for _ in range(chance.choice([1, 1, 1, 2, 3, 8])):
        at = chance.randint(0, len(data))
        end = min(len(data), at + chance.choice([0, 1, 1, 4, 30, 300]))
        kind = chance.randrange(6)
        if kind == 0:
            middle = chance.randbytes(chance.randint(1, 4))
        elif kind == 1:
            middle = b""
        elif kind == 2:
            middle = data[at:end] * chance.choice([2, 2, 3, 50])
        elif kind == 3:
            middle = chance.choice(SALT)
        elif kind == 4:
            middle = chance.choice(SALT) * chance.choice([2, 30, 2_000])
        else:
            other = chance.choice(good)
            middle = other[chance.randint(0, len(other)) :][: chance.choice([5, 60, 900])]
        data = (data[:at] + middle + data[end:])[:LONGEST]
    return data


def input_of(reader: Reader, seed: int, number: int) -> bytes:
    """The same input for the same numbers, on every machine."""
    return mutated(random.Random(f"{seed}:{reader.name}:{number}"), reader.good)


def try_one(reader: Reader, data: bytes) -> float:
    """Read one input; give the seconds that it took the processor.

    Raises: Violation where it raised what is not ours, contradicted itself, or took too long.
    """
    started = time.process_time()
    try:
        reader.read(data)
    except InvariantBroken as error:
        raise Violation(f"{reader.name} contradicts itself: {error}") from error
    except BillcoreError:
        pass
    except Exception as error:
        raise Violation(f"{reader.name} raised {type(error).__name__}: {str(error)[:200]}") from error
    took = time.process_time() - started
    if took > SLOWEST:
        raise Violation(f"{reader.name} took {took:.2f} s for {len(data)} bytes")
    return took


def fuzz(reader: Reader, seed: int, seconds: float) -> tuple[int, float, str]:
    """Feed a reader for some seconds.

    Returns: how many inputs, the slowest in seconds, and the first violation with the number of its input, or nothing.
    """
    ends, slowest, number = time.monotonic() + seconds, 0.0, 0
    while time.monotonic() < ends:
        data = input_of(reader, seed, number)
        try:
            slowest = max(slowest, try_one(reader, data))
        except Violation as violation:
            return number + 1, slowest, f"input {number} of seed {seed}: {violation}"
        number += 1
    return number, slowest, ""
