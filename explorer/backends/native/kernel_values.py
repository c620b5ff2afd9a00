"""The values of a kernel in LLVM: expressions, calls and conditions, and the blocks that they are written to."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, cast

from indoubt.explorer.backends.native.dialect import MASK, Given, Kernel
from indoubt.explorer.backends.native.instructions import ARITHMETIC, BUILTINS, COMPARISONS

LLVM_TYPES = {"u64": "i64", "ptr": "ptr", "bool": "i1", "None": "void"}


class KernelError(Exception):
    """A function is not in the dialect; the message says where and what is wrong."""


class Operand(NamedTuple):
    """A value: its kind (`u64`, `ptr`, `bool`, or `None` for the result of a procedure), and how LLVM writes it."""

    kind: str
    text: str

    def __str__(self) -> str:
        return f"{LLVM_TYPES[self.kind]} {self.text}"


class Signature(NamedTuple):
    """The parameters of a kernel with their kinds, and the kind of its result."""

    parameters: tuple[tuple[str, str], ...]
    result: str


@cache
def _functions(path: str) -> dict[str, ast.FunctionDef]:
    """The functions at the top of a file, by name."""
    tree = ast.parse(Path(path).read_text(encoding="utf-8"), path)
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def definition_of(one: Kernel[..., Any]) -> ast.FunctionDef:
    """The source of a kernel."""
    path = one.code().__code__.co_filename
    found = _functions(path).get(one.name)
    if found is None:
        raise KernelError(f"{path}: a kernel is a function at the top of a file, and `{one.name}` is none")
    return found


def place(one: Kernel[..., Any], node: ast.AST) -> str:
    """Where a part of a kernel is written."""
    return f"{one.code().__code__.co_filename}:{getattr(node, 'lineno', 1)}:{getattr(node, 'col_offset', 0) + 1}"


@cache
def signature_of(one: Kernel[..., Any]) -> Signature:
    """What a kernel takes and returns, from its annotations."""
    definition = definition_of(one)

    def kind(annotation: ast.expr | None, what: str, allowed: tuple[str, ...]) -> str:
        text = "nothing" if annotation is None else ast.unparse(annotation)
        if text not in allowed:
            at = place(one, annotation or definition)
            raise KernelError(f"{at}: {what} is annotated with {text}, and has to be one of {', '.join(allowed)}")
        return text

    parameters = tuple(
        (given.arg, kind(given.annotation, f"`{given.arg}`", ("u64", "ptr", "bool"))) for given in definition.args.args
    )
    return Signature(
        parameters, kind(definition.returns, f"the result of `{one.name}`", ("u64", "ptr", "bool", "None"))
    )


class Values:
    """The code of one kernel while it is written."""

    def __init__(self, one: Kernel[..., Any], constants: Mapping[str, int]) -> None:
        self.kernel = one
        self.definition = definition_of(one)
        self.signature = signature_of(one)
        self.called: list[Kernel[..., Any]] = []
        """The kernels that it calls."""
        self.entry: list[str] = []
        self.lines: list[str] = []
        self.is_open = True
        """Whether the current block has no terminator yet."""
        self._globals = {**one.code().__globals__, **constants}
        self._cells: dict[str, str] = {}
        self._count = 0
        self._locals = frozenset(one.code().__code__.co_varnames)

    # ---- lines, blocks, cells

    def refuse(self, node: ast.AST, problem: str) -> NoReturn:
        """Say what is wrong with a part of the kernel."""
        raise KernelError(f"{place(self.kernel, node)}: {problem}")

    def fresh(self, hint: str) -> str:
        """A name that is new in this function; no name of Python has a dot."""
        self._count += 1
        return f"{hint}.{self._count}"

    def line(self, text: str) -> None:
        """An instruction; what cannot be reached is left out."""
        if self.is_open:
            self.lines.append(f"  {text}")

    def end(self, terminator: str) -> None:
        """Close the block."""
        self.line(terminator)
        self.is_open = False

    def begin(self, label: str) -> None:
        """Open a block; the one before, if it is open, goes on to it."""
        self.end(f"br label %{label}")
        self.lines.append(f"{label}:")
        self.is_open = True

    def assign(self, node: ast.AST, name: str, value: Operand) -> None:
        """Put a value into the cell of a name."""
        if value.kind == "None":
            self.refuse(node, "this call has no result")
        if name not in self._cells:
            self._cells[name] = value.kind
            self.entry.append(f"  %{name} = alloca {LLVM_TYPES[value.kind]}")
        if self._cells[name] != value.kind:
            self.refuse(node, f"`{name}` is {self._cells[name]}, and this is {value.kind}")
        self.line(f"store {value}, ptr %{name}")

    # ---- values

    def value(self, node: ast.expr) -> Operand:
        """Lower an expression."""
        known = self.known(node)
        if known is not None:
            return self._constant(node, known)
        match node:
            case ast.Name(name) if name in self._locals:
                if name not in self._cells:
                    self.refuse(node, f"`{name}` has no value yet")
                return self._made(self._cells[name], f"load {LLVM_TYPES[self._cells[name]]}, ptr %{name}")
            case ast.Name(name):
                self.refuse(node, f"`{name}` is neither a local name nor a constant")
            case ast.BinOp(left, operator, right) if type(operator) in ARITHMETIC:
                return self._binary(node, self.value(left), operator, self.value(right))
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(ast.Not()):
                return self._chosen(node, node, Operand("bool", "true"), Operand("bool", "false"))
            case ast.IfExp(test, then, otherwise):
                decided = self.known(test)
                if decided is not None:
                    return self.value(then if decided else otherwise)
                return self._chosen(node, test, then, otherwise)
            case ast.Call():
                return self.call(node)
            case _:
                self.refuse(node, f"no expression of a kernel: {ast.unparse(node)}")

    def _constant(self, node: ast.expr, value: int) -> Operand:
        if isinstance(value, bool):
            return Operand("bool", str(value).lower())
        if not 0 <= value <= MASK:
            self.refuse(node, f"{value} is no unsigned word of 64 bits")
        return Operand("u64", str(value))

    def _made(self, kind: str, instruction: str) -> Operand:
        name = f"%{self.fresh('v')}"
        self.line(f"{name} = {instruction}")
        return Operand(kind, name)

    def _binary(self, node: ast.expr, left: Operand, operator: ast.operator, right: Operand) -> Operand:
        if (left.kind, right.kind) == ("ptr", "u64") and isinstance(operator, ast.Add):
            return self._made("ptr", f"getelementptr i8, ptr {left.text}, i64 {right.text}")
        if (left.kind, right.kind) != ("u64", "u64"):
            self.refuse(node, f"no operation on {left.kind} and {right.kind}: {ast.unparse(node)}")
        return self._made("u64", f"{ARITHMETIC[type(operator)][0]} i64 {left.text}, {right.text}")

    def _chosen(
        self, node: ast.expr, test: ast.expr, then: ast.expr | Operand, otherwise: ast.expr | Operand
    ) -> Operand:
        """One of two values, of which only the chosen one is computed."""
        yes, no, after, cell = self.fresh("yes"), self.fresh("no"), self.fresh("chosen"), self.fresh("cell")
        self.branch(test, yes, no)
        for label, side in ((yes, then), (no, otherwise)):
            self.open(label)
            self.assign(node, cell, side if isinstance(side, Operand) else self.value(side))
            self.end(f"br label %{after}")
        self.open(after)
        return self._made(self._cells[cell], f"load {LLVM_TYPES[self._cells[cell]]}, ptr %{cell}")

    def open(self, label: str) -> None:
        """Open a block that is reached by jumps only."""
        self.lines.append(f"{label}:")
        self.is_open = True

    def call(self, node: ast.Call) -> Operand:
        """Lower a call of a builtin or of another kernel."""
        if not isinstance(node.func, ast.Name) or node.keywords or node.func.id in self._locals:
            self.refuse(node, f"no call of a kernel or builtin by position: {ast.unparse(node)}")
        name = node.func.id
        target: object = self._globals.get(name)
        given = [self.value(one) for one in node.args]
        if isinstance(target, Kernel):
            callee = cast("Kernel[..., Any]", target)
            signature = signature_of(callee)
            self._expect(node, name, tuple(kind for _, kind in signature.parameters), given)
            self.called.append(callee)
            text = f"call {LLVM_TYPES[signature.result]} @{callee.name}({', '.join(map(str, given))})"
            if signature.result != "None":
                return self._made(signature.result, text)
            self.line(text)
            return Operand("None", "")
        builtin = next((builtin for one, builtin in BUILTINS.items() if one is target), None)
        if builtin is None:
            self.refuse(node, f"`{name}` is neither a kernel nor a builtin")
        self._expect(node, name, builtin.parameters, given)
        result, between = f"%{self.fresh('v')}", f"%{self.fresh('t')}"
        for line in builtin.lines:
            self.line(line.format(*(one.text for one in given), r=result, t=between))
        return Operand(builtin.result or "None", result if builtin.result else "")

    def _expect(self, node: ast.Call, name: str, wanted: tuple[str, ...], given: list[Operand]) -> None:
        kinds = tuple(one.kind for one in given)
        if kinds != wanted:
            self.refuse(node, f"`{name}` takes ({', '.join(wanted)}), and this is ({', '.join(kinds)})")

    # ---- conditions

    def branch(self, test: ast.expr, yes: str, no: str) -> None:
        """Close the block with a choice between two others."""
        known = self.known(test)
        match test:
            case _ if known is not None:
                self.end(f"br label %{yes if known else no}")
            case ast.UnaryOp(ast.Not(), operand):
                self.branch(operand, no, yes)
            case ast.BoolOp(operator, [*first, last]):
                for one in first:
                    onward = self.fresh("onward")
                    if isinstance(operator, ast.And):
                        self.branch(one, onward, no)
                    else:
                        self.branch(one, yes, onward)
                    self.open(onward)
                self.branch(last, yes, no)
            case ast.Compare(left, [operator], [right]) if type(operator) in COMPARISONS:
                a, b = self.value(left), self.value(right)
                if a.kind != b.kind:
                    self.refuse(test, f"no comparison of {a.kind} and {b.kind}: {ast.unparse(test)}")
                compared = self._made("bool", f"icmp {COMPARISONS[type(operator)][0]} {a}, {b.text}")
                self.end(f"br {compared}, label %{yes}, label %{no}")
            case _:
                condition = self.value(test)
                if condition.kind != "bool":
                    self.refuse(test, f"a condition is bool, and this is {condition.kind}")
                self.end(f"br {condition}, label %{yes}, label %{no}")

    def known(self, node: ast.expr) -> int | None:
        """The number or truth value of an expression that depends on nothing but constants."""
        match node:
            case ast.Constant(int(value)):
                return value
            case ast.Name(name) if name not in self._locals:
                found = self._globals.get(name)
                return found if isinstance(found, int) and not isinstance(found, Given) else None
            case ast.BinOp(left, operator, right) if type(operator) in ARITHMETIC:
                a, b = self.known(left), self.known(right)
                return None if a is None or b is None else ARITHMETIC[type(operator)][1](a, b)
            case ast.Compare(left, [operator], [right]) if type(operator) in COMPARISONS:
                a, b = self.known(left), self.known(right)
                return None if a is None or b is None else COMPARISONS[type(operator)][1](a, b)
            case ast.UnaryOp(ast.Not(), operand):
                known = self.known(operand)
                return None if known is None else not known
            case ast.BoolOp(operator, operands):
                decisive = isinstance(operator, ast.Or)
                for one in operands:
                    known = self.known(one)
                    if known is None:
                        return None
                    if bool(known) is decisive:
                        return decisive
                return not decisive
            case _:
                return None
