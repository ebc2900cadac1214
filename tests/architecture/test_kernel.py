"""What may stand in the kernel's and the rating's source, read from their syntax trees.

The kernel serves integers, columns and bounds alike, so it may use only what means the same for all of them; rating is
exact, so it may use nothing that rounds.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from types import ModuleType

import pytest

from billcore.pricing import (
    composition,
    kernel,
    lowering,
    members,
    part_differences,
    rate_table,
    rated,
    rating,
    tables,
    tier_steps,
    totals,
    weighted,
)

OPERATIONS = {"minimum", "maximum", "where", "floor_div", "constant"}
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.BitAnd, ast.BitOr)
NO_CHOICE = (
    *(ast.UnaryOp, ast.BoolOp, ast.IfExp, ast.If, ast.While, ast.For, ast.Match, ast.Try, ast.With),
    *(ast.Lambda, ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp, ast.Subscript, ast.Starred, ast.Assert),
)


def faults(source: str) -> list[str]:
    """List what the source's functions do that a column could not."""
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    names = {function.name for function in functions}
    return [
        f"{function.name}: {fault}"
        for function in functions
        for node in [*body_of(function), *ast.walk(function.args)]
        for fault in faults_of(node, names)
    ]


def body_of(function: ast.FunctionDef) -> list[ast.AST]:
    statements = function.body[1:] if ast.get_docstring(function) else function.body
    return [node for statement in statements for node in ast.walk(statement)]


def faults_of(node: ast.AST, functions: set[str]) -> list[str]:
    if isinstance(node, NO_CHOICE):
        return [f"{type(node).__name__} is a choice by the language"]
    if isinstance(node, ast.BinOp) and not isinstance(node.op, OPERATORS):
        return [f"{type(node.op).__name__} is not among + - * & |"]
    if isinstance(node, ast.Compare) and not (len(node.ops) == 1 and isinstance(node.ops[0], ast.Lt)):
        return ["only a single < compares"]
    if isinstance(node, ast.Call):
        return faults_of_call(node, functions)
    return faults_of_literals(node)


def faults_of_call(node: ast.Call, functions: set[str]) -> list[str]:
    called = node.func
    of_operations = isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "op"
    if of_operations and called.attr not in OPERATIONS:
        return [f"op.{called.attr} is no injected operation"]
    if not of_operations and not (isinstance(called, ast.Name) and called.id in functions):
        return [f"{ast.unparse(called)} is neither an operation nor a formula"]
    if of_operations and called.attr == "where" and len(node.args) != 3:
        return ["where needs both branches"]
    if of_operations and called.attr == "floor_div" and not is_positive(node.args[1]):
        return ["floor_div needs a divisor that is positive for certain"]
    return []


def is_positive(divisor: ast.expr) -> bool:
    """Whether the divisor is a name that was bound to ``op.maximum(..., op.constant(1))``; here only `size` is."""
    return isinstance(divisor, ast.Name) and divisor.id == "size"


def faults_of_literals(node: ast.AST) -> list[str]:
    """A literal may stand directly in ``op.constant(...)`` alone."""
    if isinstance(node, ast.BinOp | ast.Compare | ast.Return | ast.Assign | ast.keyword | ast.arguments):
        return [
            f"the literal {child.value!r} must go through constant"
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.Constant)
        ]
    return []


def test_the_kernel_is_fit_for_columns() -> None:
    """The formulas use + - * < & |, the five operations, each other, and nothing else."""
    expected: list[str] = []
    assert expected == faults(inspect.getsource(kernel))


def test_the_kernel_is_small() -> None:
    """There are about eight formulas, each with a docstring and a few lines."""
    functions = [node for node in ast.parse(inspect.getsource(kernel)).body if isinstance(node, ast.FunctionDef)]
    assert 8 <= len(functions) <= 12
    assert all(ast.get_docstring(function) for function in functions)
    assert max(len(function.body) for function in functions) <= 5


def test_a_divisor_is_at_least_one() -> None:
    """The one name that divides is bound to the larger of something and one."""
    bindings = [
        ast.unparse(node.value)
        for node in ast.walk(ast.parse(inspect.getsource(kernel)))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "size"
    ]
    expected = ["op.maximum(step, op.constant(1))", "op.maximum(segment.package_size, op.constant(1))"]
    assert expected == bindings


@pytest.mark.parametrize(
    "body",
    [
        "return -quantity",
        "return quantity // size",
        "return quantity / size",
        "return quantity % size",
        "return a < b < c",
        "return a == b",
        "return a <= b",
        "return a and b",
        "return not a",
        "return a if b else c",
        "return None",
        "return quantity + 1",
        "return quantity < 1",
        "return max(a, b)",
        "return op.where(a, b)",
        "return op.floor_div(a, b)",
        "return op.divide(a, b)",
        "if a:\n    return b",
        "return sum(a for a in b)",
    ],
)
def test_the_reader_of_the_kernel_sees_a_fault(body: str) -> None:
    """The check itself finds each thing that it is there to find."""
    source = "def formula(op, quantity):\n" + textwrap.indent(body, "    ")
    assert faults(source)


EXACT_MODULES = [
    *(kernel, lowering, rate_table, rated, rating, tier_steps, totals, tables),
    *(composition, members, part_differences, weighted),
]


@pytest.mark.parametrize("module", EXACT_MODULES, ids=lambda module: module.__name__)
def test_rating_only_reads_decimals(module: ModuleType) -> None:
    """Decimal is a type that is read, never a number that is made, divided, quantized or rounded."""
    tree = ast.parse(inspect.getsource(module))
    guarded = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom | ast.Import) and id(node) not in guarded:
            assert "decimal" not in ast.unparse(node)
            assert "fractions" not in ast.unparse(node)
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in ("Decimal", "float", "round", "divmod")
        if isinstance(node, ast.Attribute):
            assert node.attr not in ("quantize", "normalize", "to_integral_value", "rounding")
        assert not isinstance(node, ast.Div | ast.FloorDiv | ast.Mod)
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float))
