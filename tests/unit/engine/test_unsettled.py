"""Money that waits for a person is told on every run, as it stands."""

from __future__ import annotations

from datetime import date

from billcore.engine.unsettled import standing_findings, unsettled
from support import founding


def told(through: date, standing: object = None) -> list[tuple[str, str, str]]:
    """Code, severity and what was found."""
    run = founding.founding_run(through, standing)  # type: ignore[arg-type]  # a Standing or None
    return [(one.code, one.severity, one.found) for one in unsettled(run)]


def test_it_says_the_same_on_a_second_run() -> None:
    """What the first run says of payments, the second says too, though it took none in."""
    first = founding.founding_run(date(2026, 12, 31))
    second = founding.founding_run(date(2026, 12, 31), first.standing)
    assert () == second.applications
    assert standing_findings(first) == standing_findings(second)
    assert ["revenue-treatment-missing", "payment-partial", "payment-unmatched"] == [
        one.code for one in standing_findings(second)
    ]


def test_it_names_what_is_open() -> None:
    """A short payment names the item and its rest; unidentified money names its amount and since when."""
    assert [
        ("payment-partial", "warning", "US01-INV-2026-000003 open with USD 200.00 after USD 1000.00 on 2026-04-20"),
        (
            "payment-unmatched",
            "error",
            "USD 777.77 unidentified since 2026-05-04: no open or closed item has a number that the text holds",
        ),
    ] == told(date(2026, 12, 31))


def test_it_says_nothing_before_the_payment() -> None:
    """Payments dated after the run's day do not count."""
    assert [] == told(date(2026, 4, 19))
    assert ["payment-partial"] == [code for code, _, _ in told(date(2026, 4, 20))]
