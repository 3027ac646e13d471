"""Deliberate breaks of Python source: one decision at a time is turned round, one step left out.

Only what a reader would call a decision or a step: conditions, comparisons, limits, what is sent along, calls made for
their effect. Words of messages are for other tests.
"""

# ruff: noqa: INP001 (a script's)
from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Break", "breaks_of"]

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
    :param before: source of what is broken
    :param after: what it is turned into
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
            # What an error says is no decision; that one is raised is a step.
            if isinstance(node, ast.Raise):
                yield node
            if isinstance(node, ast.AnnAssign) and node.value is not None:
                todo.append(node.value)
            continue
        if isinstance(node, ast.expr | ast.stmt):
            yield node
        todo += ast.iter_child_nodes(node)


def _turned(node: ast.expr | ast.stmt) -> Iterator[tuple[ast.AST | None, str]]:
    """What a node may be broken into: the node, or source in its place, and how it reads."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        turned = _TURNED[type(node.ops[0])]()
        yield from _as(ast.Compare(node.left, [turned], node.comparators))
    elif isinstance(node, ast.BoolOp):
        yield from _as(ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values))
        yield from _as(ast.BoolOp(node.op, node.values[1:]) if len(node.values) > 2 else node.values[1])  # noqa: PLR2004
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield from _as(node.operand)
    elif isinstance(node, ast.IfExp):
        yield from _as(node.orelse)
        yield from _as(node.body)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr | ast.Sub | ast.Add | ast.BitAnd):
        if not isinstance(node.left, ast.Constant | ast.JoinedStr):
            yield from _as(node.left)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield from _as(ast.Constant(not node.value))
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield from _as(ast.Constant(node.value * 2 + 1))
    elif isinstance(node, ast.Dict):
        for place, key in enumerate(node.keys):
            keys, values = node.keys[:], node.values[:]
            del keys[place], values[place]
            yield ast.Dict(keys, values), f"without {ast.unparse(key) if key else '**'}"
    elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        for place, generator in enumerate(node.generators):
            for number in range(len(generator.ifs)):
                changed = ast.parse(ast.unparse(node), mode="eval").body
                assert isinstance(changed, type(node))
                without = changed.generators[place].ifs.pop(number)
                yield changed, f"without if {ast.unparse(without)}"
    else:
        yield from _step_left_out(node)


def _step_left_out(node: ast.expr | ast.stmt) -> Iterator[tuple[ast.AST | None, str]]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        if not _NO_STEPS & {part.id for part in ast.walk(node.value.func) if isinstance(part, ast.Name)}:
            yield None, "pass"
    elif isinstance(node, ast.AugAssign | ast.Raise | ast.Delete):
        yield None, "pass"
    elif isinstance(node, ast.Break):
        yield None, "continue"
    elif isinstance(node, ast.Continue):
        yield None, "pass"
    elif isinstance(node, ast.If) and not node.orelse and not isinstance(node.test, ast.Compare | ast.BoolOp):
        if not (isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not)):
            yield None, "pass"


def _as(node: ast.expr) -> Iterator[tuple[ast.AST | None, str]]:
    yield node, ast.unparse(node)


def _replaced(source: str, node: ast.expr | ast.stmt, text: str) -> str:
    """Source with another text in place of a node; the lines after it stay where they were as far as possible."""
    lines = source.encode().split(b"\n")
    end_line, end = node.end_lineno or node.lineno, node.end_col_offset or 0
    before = lines[node.lineno - 1][: node.col_offset]
    after = lines[end_line - 1][end:]
    new = f"({text})" if isinstance(node, ast.expr) else text
    left = [b""] * 0
    lines[node.lineno - 1 : end_line] = [before + new.encode() + after, *left]
    return b"\n".join(lines).decode()


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
