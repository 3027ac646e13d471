"""Deliberate breaks of Python source: one decision at a time is turned round, one step left out.

Only what a reader would call a decision or a step: conditions, comparisons, limits, what is sent along, calls made for
their effect. Words of messages are for other tests.
"""

# ruff: noqa: INP001 (a script's)
from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Break", "breaks_of", "named_break"]

_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_LONGEST = 70
# Steps that a process takes to die at, and words of its log, are no decisions.
_NO_STEPS = frozenset({"failpoint", "_LOG", "log", "say"})


@dataclass(frozen=True)
class Break:
    """One break.

    :param function: dotted name of the outermost function or method; empty for a constant of the module
    :param before: source of the broken part
    :param after: its source after the break
    :param code: source of the whole module with it
    """

    path: Path
    line: int
    function: str
    before: str
    after: str
    code: str

    @property
    def name(self) -> str:
        """Without the line, so that it stays the same where others come and go."""
        return f"{self.path.as_posix()}: {self.function or 'module'}: {self.before} => {self.after}"


def breaks_of(path: Path, root: Path) -> Iterator[Break]:
    """All breaks of a module."""
    source = (root / path).read_text(encoding="utf-8")
    tree = ast.parse(source)
    for owner, function in _functions(tree):
        for node in _inside(owner):
            for changed, after in _turned(node):
                with_it = _replaced(source, node, after if changed is None else ast.unparse(changed))
                yield Break(path, node.lineno, function, _short(ast.unparse(node)), _short(after), with_it)


def named_break(path: Path, root: Path, before: str, after: str) -> Break:
    """A break that somebody thought of: other source in one place of a function.

    :raises ValueError: that source is not there, or in several places
    """
    source = (root / path).read_text(encoding="utf-8")
    if source.count(before) != 1:
        raise ValueError(f"{path}: {source.count(before)} times, not once: {before}")
    line = source[: source.index(before)].count("\n") + 1
    tree = ast.parse(source)
    names = {
        name
        for owner, name in _functions(tree)
        if isinstance(owner, ast.FunctionDef) and owner.lineno <= line <= (owner.end_lineno or 0)
    }
    (function,) = names
    return Break(path, line, function, _short(before), _short(after), source.replace(before, after))


def _functions(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Outermost functions and methods with their names, and constants of the module."""
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef):
            yield statement, statement.name
        elif isinstance(statement, ast.ClassDef):
            for inner in statement.body:
                if isinstance(inner, ast.FunctionDef):
                    yield inner, f"{statement.name}.{inner.name}"
        elif isinstance(statement, ast.Assign | ast.AnnAssign) and "__all__" not in ast.unparse(statement):
            yield statement, ""


def _inside(owner: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Expressions and statements of a function's body, but for its annotations, defaults and documentation."""
    if not isinstance(owner, ast.FunctionDef):
        value = getattr(owner, "value", None)
        if isinstance(value, ast.Constant | ast.Call | ast.UnaryOp):
            yield from (node for node in ast.walk(value) if isinstance(node, ast.Constant))
        return
    todo: list[ast.AST] = list(owner.body)
    while todo:
        node = todo.pop(0)
        if isinstance(node, ast.Raise | ast.JoinedStr | ast.AnnAssign | ast.ImportFrom | ast.Import):
            # The text of an error is no decision; raising it is a step.
            if isinstance(node, ast.Raise):
                yield node
            if isinstance(node, ast.AnnAssign) and node.value is not None:
                todo.append(node.value)
            continue
        if isinstance(node, ast.expr | ast.stmt):
            yield node
        todo += ast.iter_child_nodes(node)


Turned = Iterator[tuple[ast.AST | None, str]]


def _turned(node: ast.expr | ast.stmt) -> Turned:
    """The breaks of a node: the node, or None where source takes its place, and how it reads."""
    for kinds, turn in _WAYS:
        if isinstance(node, kinds):
            yield from turn(node)
            return


def _comparison(node: ast.Compare) -> Turned:
    if len(node.ops) == 1:
        yield from _as(ast.Compare(node.left, [_TURNED[type(node.ops[0])]()], node.comparators))


def _and_or(node: ast.BoolOp) -> Turned:
    yield from _as(ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values))
    left = node.values[1:]
    yield from _as(ast.BoolOp(node.op, left) if len(left) > 1 else left[0])


def _negation(node: ast.UnaryOp) -> Turned:
    if isinstance(node.op, ast.Not):
        yield from _as(node.operand)


def _choice(node: ast.IfExp) -> Turned:
    yield from _as(node.orelse)
    yield from _as(node.body)


def _sum(node: ast.BinOp) -> Turned:
    joined = isinstance(node.op, ast.BitOr | ast.Sub | ast.Add | ast.BitAnd)
    if joined and not isinstance(node.left, ast.Constant | ast.JoinedStr):
        yield from _as(node.left)


def _constant(node: ast.Constant) -> Turned:
    if isinstance(node.value, bool):
        yield from _as(ast.Constant(not node.value))
    elif isinstance(node.value, int | float):
        yield from _as(ast.Constant(node.value * 2 + 1))


def _entries(node: ast.Dict) -> Turned:
    for place, key in enumerate(node.keys):
        keys, values = node.keys[:], node.values[:]
        del keys[place], values[place]
        yield ast.Dict(keys, values), f"without {ast.unparse(key) if key else '**'}"


def _filters(node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Turned:
    for place, generator in enumerate(node.generators):
        for number in range(len(generator.ifs)):
            changed: Any = ast.parse(ast.unparse(node), mode="eval").body
            without = changed.generators[place].ifs.pop(number)
            yield changed, f"without if {ast.unparse(without)}"


def _call(node: ast.Expr) -> Turned:
    called = node.value
    names = {part.id for part in ast.walk(called) if isinstance(part, ast.Name)}
    if isinstance(called, ast.Call) and not _NO_STEPS & names:
        yield None, "pass"


def _left_out(_: ast.stmt) -> Turned:
    yield None, "pass"


def _whole_if(node: ast.If) -> Turned:
    """Conditions that are broken in no other way: a name, a call, an attribute."""
    if not node.orelse and not isinstance(node.test, ast.Compare | ast.BoolOp | ast.UnaryOp):
        yield None, "pass"


def _on(_: ast.Break) -> Turned:
    yield None, "continue"


_WAYS: tuple[tuple[Any, Callable[..., Turned]], ...] = (
    (ast.Compare, _comparison),
    (ast.BoolOp, _and_or),
    (ast.UnaryOp, _negation),
    (ast.IfExp, _choice),
    (ast.BinOp, _sum),
    (ast.Constant, _constant),
    (ast.Dict, _entries),
    ((ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp), _filters),
    (ast.Expr, _call),
    ((ast.AugAssign, ast.Raise, ast.Delete, ast.Continue), _left_out),
    (ast.If, _whole_if),
    (ast.Break, _on),
)


def _as(node: ast.expr) -> Turned:
    yield node, ast.unparse(node)


def _replaced(source: str, node: ast.expr | ast.stmt, text: str) -> str:
    """Source with another text in place of a node."""
    lines = source.encode().split(b"\n")
    end_line, end = node.end_lineno or node.lineno, node.end_col_offset or 0
    before = lines[node.lineno - 1][: node.col_offset]
    after = lines[end_line - 1][end:]
    new = f"({text})" if isinstance(node, ast.expr) else text
    lines[node.lineno - 1 : end_line] = [before + new.encode() + after]
    return b"\n".join(lines).decode()


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
