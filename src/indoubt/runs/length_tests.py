"""The guard that keeps an index inside of its sequence, from the line in which it was out of range."""

from __future__ import annotations

import ast
import linecache

from indoubt.explorer.ir.expressions import Span


def length_test(span: Span | None, *, is_negative: bool) -> str | None:
    """What to `require` before the lookup or change at `span`; None where its text does not tell the index.

    `is_negative` says that the index was below 0 when it was out of range.
    """
    match _statement(span):
        case ast.Expr(ast.Subscript(sequence, index)):  # a lookup: its place is that of the expression alone
            return _test(sequence, index, is_negative)
        case ast.Assign([ast.Subscript(ast.Attribute(ast.Name()) as sequence, index)]):
            return _test(sequence, index, is_negative)
        case ast.AugAssign(ast.Subscript(ast.Attribute(ast.Name()) as sequence, index)):
            return _test(sequence, index, is_negative)
        case ast.Expr(ast.Call(ast.Attribute(sequence, "remove_at"), [index])):
            return _test(sequence, index, is_negative)
        case _:
            return None


def _test(sequence: ast.expr, index: ast.expr, is_negative: bool) -> str | None:
    length, shown = f"len({ast.unparse(sequence)})", ast.unparse(index)
    if shown in ("0", "-1") or isinstance(index, ast.Slice):
        return None
    if isinstance(index, ast.UnaryOp) and isinstance(index.operand, ast.Constant):
        return f"{length} >= {ast.unparse(index.operand)}"
    return f"0 <= {shown} < {length}" if is_negative else f"{shown} < {length}"


def _statement(span: Span | None) -> ast.stmt | None:
    if span is None:
        return None
    lines = [linecache.getline(span.file, line).encode() for line in range(span.line, span.end_line + 1)]
    lines[-1] = lines[-1][: span.end_column]  # columns count bytes
    lines[0] = lines[0][span.column :]
    try:
        body = ast.parse(b"".join(lines)).body
    except SyntaxError:  # a part of an expression that goes over lines in the brackets around it
        return None
    return body[0] if len(body) == 1 else None
