"""Lowers kernels to the text of an LLVM module.

Every local name is a cell (`alloca`), which the optimiser turns into a register. What is known while lowering is
computed here, so that a branch on a constant keeps one side, and what only the other side calls is not lowered at all.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from indoubt.explorer.backends.native.dialect import Kernel
from indoubt.explorer.backends.native.instructions import DECLARATIONS
from indoubt.explorer.backends.native.kernel_values import (
    LLVM_TYPES,
    KernelError,
    Operand,
    Values,
    definition_of,
    place,
)


class Lowered(NamedTuple):
    """A module of LLVM, and what it calls and does not define."""

    text: str
    external: tuple[str, ...]


def lower(kernels: Iterable[Kernel[..., Any]], constants: Mapping[str, int]) -> str:
    """A module with the kernels and all that they call. Raises KernelError."""
    return lowered(kernels, constants).text


def lowered(kernels: Iterable[Kernel[..., Any]], constants: Mapping[str, int]) -> Lowered:
    """The same, with the names of external functions."""
    waiting = list(kernels)
    done: dict[str, Kernel[..., Any]] = {}
    texts: list[str] = []
    while waiting:
        one = waiting.pop()
        before = done.setdefault(one.name, one)
        if before is not one:
            there = place(before, definition_of(before))
            raise KernelError(f"{place(one, definition_of(one))}: another kernel is called `{one.name}`, at {there}")
        if len(done) > len(texts):
            function = _Function(one, constants)
            texts.append(function.text())
            waiting += function.called
    return Lowered("\n".join([*texts, *DECLARATIONS, ""]), tuple(name for name, one in done.items() if one.is_external))


class _Function(Values):
    """The lowering of one kernel."""

    def __init__(self, one: Kernel[..., Any], constants: Mapping[str, int]) -> None:
        super().__init__(one, constants)
        self._loops: list[tuple[str, str]] = []
        self._left: set[str] = set()

    def text(self) -> str:
        """The definition, or the declaration of an external function."""
        name, (parameters, result) = self.kernel.name, self.signature
        if self.kernel.is_external:
            kinds = ", ".join(LLVM_TYPES[kind] for _, kind in parameters)
            return f"declare {LLVM_TYPES[result]} @{name}({kinds})\n"
        for parameter, kind in parameters:
            self.assign(self.definition, parameter, Operand(kind, f"%{parameter}.given"))
        self._body(self.definition.body)
        if self.is_open:
            if result != "None":
                self.refuse(self.definition, f"`{name}` may end without a result")
            self.end("ret void")
        given = ", ".join(f"{LLVM_TYPES[kind]} %{parameter}.given" for parameter, kind in parameters)
        rare = " noinline cold" if self.kernel.is_rare else ""
        head = f"define {LLVM_TYPES[result]} @{name}({given}) nounwind{rare} {{"
        return "\n".join([head, "entry:", *self.entry, "  br label %begin", "begin:", *self.lines, "}", ""])

    def _body(self, body: list[ast.stmt]) -> None:
        for node in body:
            self._statement(node)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Expr(ast.Constant(str())) | ast.Pass():
                pass
            case ast.Expr(ast.Call() as call):
                self.call(call)
            case ast.Assign([ast.Name(name)], value):
                self.assign(node, name, self.value(value))
            case ast.AugAssign(ast.Name(name), operator, value):
                left = ast.copy_location(ast.Name(name, ast.Load()), node)
                self.assign(node, name, self.value(ast.copy_location(ast.BinOp(left, operator, value), node)))
            case ast.If(test, then, otherwise):
                self._if(test, then, otherwise)
            case ast.While(test, body, []):
                self._while(test, body)
            case ast.Break() if self._loops:
                self._left.add(self._loops[-1][1])
                self.end(f"br label %{self._loops[-1][1]}")
            case ast.Continue() if self._loops:
                self.end(f"br label %{self._loops[-1][0]}")
            case ast.Return(value):
                self._return(node, value)
            case _:
                self.refuse(node, f"no statement of a kernel: {ast.unparse(node).splitlines()[0]}")

    def _if(self, test: ast.expr, then: list[ast.stmt], otherwise: list[ast.stmt]) -> None:
        known = self.known(test)
        if known is not None:
            self._body(then if known else otherwise)
            return
        yes, no, after = self.fresh("then"), self.fresh("else"), self.fresh("endif")
        self.branch(test, yes, no)
        goes_on = False
        for label, body in ((yes, then), (no, otherwise)):
            self.open(label)
            self._body(body)
            goes_on |= self.is_open
            self.end(f"br label %{after}")
        if goes_on:
            self.open(after)

    def _while(self, test: ast.expr, body: list[ast.stmt]) -> None:
        known = self.known(test)
        if known is not None and not known:
            return
        top, inside, after = self.fresh("top"), self.fresh("inside"), self.fresh("after")
        self.begin(top)
        self.branch(test, inside, after)
        self.open(inside)
        self._loops.append((top, after))
        self._body(body)
        self._loops.pop()
        self.end(f"br label %{top}")
        if known is None or after in self._left:
            self.open(after)

    def _return(self, node: ast.stmt, value: ast.expr | None) -> None:
        result = self.signature.result
        if value is None:
            if result != "None":
                self.refuse(node, f"`{self.kernel.name}` returns {result}")
            self.end("ret void")
            return
        given = self.value(value)
        if given.kind != result:
            self.refuse(node, f"`{self.kernel.name}` returns {result}, and this is {given.kind}")
        self.end(f"ret {given}")
