"""What the operators and builtins of the kernels are in LLVM.

In a template, `{0}` and `{1}` are the operands, `{r}` is the result and `{t}` a name for something in between.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, NamedTuple

from indoubt.explorer.backends.native import dialect
from indoubt.explorer.backends.native.dialect import MASK


class Builtin(NamedTuple):
    """The kinds of the operands and of the result (None: there is none), and the instructions."""

    parameters: tuple[str, ...]
    result: str | None
    lines: tuple[str, ...]


Compute = Callable[[int, int], int]
Arithmetic = tuple[str, Compute]
"""An instruction, and what it computes."""

_FIXED = "!invariant.load !0"

BUILTINS: dict[Callable[..., Any], Builtin] = {
    dialect.load8: Builtin(("ptr",), "u64", ("{t} = load i8, ptr {0}, align 1", "{r} = zext i8 {t} to i64")),
    dialect.load32: Builtin(("ptr",), "u64", ("{t} = load i32, ptr {0}, align 4", "{r} = zext i32 {t} to i64")),
    dialect.load64: Builtin(("ptr",), "u64", ("{r} = load i64, ptr {0}, align 8",)),
    dialect.load_ptr: Builtin(("ptr",), "ptr", ("{r} = load ptr, ptr {0}, align 8",)),
    dialect.fixed64: Builtin(("ptr",), "u64", (f"{{r}} = load i64, ptr {{0}}, align 8, {_FIXED}",)),
    dialect.fixed_ptr: Builtin(("ptr",), "ptr", (f"{{r}} = load ptr, ptr {{0}}, align 8, {_FIXED}",)),
    dialect.load_acquire: Builtin(("ptr",), "u64", ("{r} = load atomic i64, ptr {0} acquire, align 8",)),
    dialect.store8: Builtin(("ptr", "u64"), None, ("{t} = trunc i64 {1} to i8", "store i8 {t}, ptr {0}, align 1")),
    dialect.store32: Builtin(("ptr", "u64"), None, ("{t} = trunc i64 {1} to i32", "store i32 {t}, ptr {0}, align 4")),
    dialect.store64: Builtin(("ptr", "u64"), None, ("store i64 {1}, ptr {0}, align 8",)),
    dialect.store_ptr: Builtin(("ptr", "ptr"), None, ("store ptr {1}, ptr {0}, align 8",)),
    dialect.store_release: Builtin(("ptr", "u64"), None, ("store atomic i64 {1}, ptr {0} release, align 8",)),
    dialect.compare_and_swap: Builtin(
        ("ptr", "u64", "u64"),
        "u64",
        ("{t} = cmpxchg ptr {0}, i64 {1}, i64 {2} acq_rel acquire, align 8", "{r} = extractvalue {{ i64, i1 }} {t}, 0"),
    ),
    dialect.fetch_and_add: Builtin(("ptr", "u64"), "u64", ("{r} = atomicrmw add ptr {0}, i64 {1} acq_rel, align 8",)),
    dialect.prefetch: Builtin(("ptr",), None, ("call void @llvm.prefetch.p0(ptr {0}, i32 0, i32 3, i32 1)",)),
    dialect.mulhi: Builtin(
        ("u64", "u64"),
        "u64",
        (
            "{t}a = zext i64 {0} to i128",
            "{t}b = zext i64 {1} to i128",
            "{t}c = mul i128 {t}a, {t}b",
            "{t}d = lshr i128 {t}c, 64",
            "{r} = trunc i128 {t}d to i64",
        ),
    ),
    dialect.wrapping_mul: Builtin(("u64", "u64"), "u64", ("{r} = mul i64 {0}, {1}",)),
    dialect.wrapping_add: Builtin(("u64", "u64"), "u64", ("{r} = add i64 {0}, {1}",)),
}

DECLARATIONS = ("declare void @llvm.prefetch.p0(ptr, i32, i32, i32)", "!0 = !{}")

ARITHMETIC: dict[type[ast.operator], Arithmetic] = {
    ast.Add: ("add", lambda left, right: left + right),
    ast.Sub: ("sub", lambda left, right: left - right),
    ast.Mult: ("mul", lambda left, right: left * right),
    ast.FloorDiv: ("udiv", lambda left, right: left // right),
    ast.Mod: ("urem", lambda left, right: left % right),
    ast.BitAnd: ("and", lambda left, right: left & right),
    ast.BitOr: ("or", lambda left, right: left | right),
    ast.BitXor: ("xor", lambda left, right: left ^ right),
    ast.LShift: ("shl", lambda left, right: (left << right) & MASK),
    ast.RShift: ("lshr", lambda left, right: left >> right),
}

COMPARISONS: dict[type[ast.cmpop], Arithmetic] = {
    ast.Eq: ("eq", lambda left, right: left == right),
    ast.NotEq: ("ne", lambda left, right: left != right),
    ast.Lt: ("ult", lambda left, right: left < right),
    ast.LtE: ("ule", lambda left, right: left <= right),
    ast.Gt: ("ugt", lambda left, right: left > right),
    ast.GtE: ("uge", lambda left, right: left >= right),
}
