"""What is left out of a measured period for a price is nothing that the price looks at."""

from __future__ import annotations

from billcore.pricing.composition import method_of
from billcore.pricing.documents import Dynamic, Matrix, MatrixCell, PerUnit
from billcore.pricing.needs import needed_by
from billcore.pricing.rating import rate
from billcore.usage.measured import Group, Measured


def test_a_cell_that_passes_money_on_keeps_its_money() -> None:
    """A matrix with a dynamic cell is rated by the money of the group, not by its units."""
    cells = [MatrixCell(values=["eu"], price=Dynamic()), MatrixCell(values=["us"], price=PerUnit(unit_price="2"))]
    method = method_of(Matrix(dimensions=["region"], cells=cells, unmatched="free"))
    groups = [(("eu",), "5", "40.20"), (("us",), "3", "7")]
    measured = Measured(
        quantity="8",
        groups=tuple(Group(key=key, measured=Measured(quantity=q, amount=a)) for key, q, a in groups),
    )
    assert "46.2" == rate(method, measured).amount == rate(method, needed_by(method, measured)).amount


def test_a_cell_of_units_forgets_money() -> None:
    """Where no cell looks at money, other money gives equal terms."""
    cell = MatrixCell(values=["us"], price=PerUnit(unit_price="2"))
    method = method_of(Matrix(dimensions=["region"], cells=[cell], unmatched="free"))
    group = Group(key=("us",), measured=Measured(quantity="3", amount="7"))
    assert "" == needed_by(method, Measured(quantity="3", groups=(group,))).groups[0].measured.amount


def test_money_is_kept_for_a_price_that_passes_it_on() -> None:
    """A dynamic price looks at the money that came with the events, a price per unit does not."""
    measured = Measured(quantity="3", amount="7")
    assert measured == needed_by(method_of(Dynamic()), measured)
    assert Measured(quantity="3") == needed_by(method_of(PerUnit(unit_price="2")), measured)
