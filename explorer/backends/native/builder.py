"""Writes a function of LLVM as text: fresh names, blocks, and integers of any width.

A value is a `Bits`: the text of an operand and its width. Values of width 0 stand for types with a single value; they
need no instruction. What changes is kept in cells (`alloca`), which the optimiser turns into registers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager

from indoubt.explorer.backends.native import wide
from indoubt.explorer.backends.native.bits import FALSE, NOTHING, TRUE, Bits, Cell, const
from indoubt.explorer.backends.native.known import Known


class Builder:
    """The body of one function."""

    def __init__(self) -> None:
        self._entry: list[str] = []
        self._lines: list[str] = []
        self._tables: dict[str, str] = {}
        self._known: Known[Bits] = Known()
        self._sources: dict[str, Bits] = {}
        """What was widened or cut off to a value."""
        self._origins: dict[str, tuple[str, int]] = {}
        self._count = 0
        self.is_open = True
        """Whether the current block has no terminator yet."""

    def text(self, header: str) -> str:
        """The whole function; every block must be closed."""
        tables = [f"{name} = private unnamed_addr constant {content}" for content, name in self._tables.items()]
        body = ["entry:", *self._entry, "  br label %begin", "begin:", *self._lines, "}"]
        return "\n".join([*tables, f"{header} {{", *body, ""])

    # ---- names, blocks, cells

    def fresh(self, hint: str = "v") -> str:
        """A name that is new in this function."""
        self._count += 1
        name = f"{hint}{self._count}"
        if hint not in ("v", "c", "p"):
            self._known.mark(name)
        return name

    def line(self, text: str) -> None:
        """An instruction; what cannot be reached is left out."""
        if self.is_open:
            self._lines.append(f"  {text}")

    def place(self, label: str) -> None:
        """Begin the block `label`; the one before goes on to it. One to which a later block goes back is a "top"."""
        if self.is_open:
            self.line(f"br label %{label}")
        self._lines.append(f"{label}:")
        self._known.reach(label)
        self.is_open = True

    def jump(self, label: str) -> None:
        """End the block with a jump."""
        self._known.leave_for(label)
        self.line(f"br label %{label}")
        self.is_open = False

    def branch(self, condition: Bits, then: str, otherwise: str) -> None:
        """End the block with a choice."""
        if condition.constant is not None:
            self.jump(then if condition.constant else otherwise)
            return
        self._known.leave_for(then)
        self._known.leave_for(otherwise)
        self.line(f"br i1 {condition.text}, label %{then}, label %{otherwise}")
        self.is_open = False

    def leave(self, value: str = "") -> None:
        """Return from the function."""
        self.line(f"ret {value}" if value else "ret void")
        self.is_open = False

    def cell(self, width: int, value: Bits | None = None) -> Cell:
        """A new cell, with a value if one is given."""
        made = Cell(f"%{self.fresh('c')}", width)
        if width:
            self._entry.append(f"  {made.pointer} = alloca i{width}")
        if value is not None:
            self.store(value, made)
        return made

    def store(self, value: Bits, cell: Cell) -> None:
        """Put a value into a cell."""
        if cell.width and self.is_open:
            self.line(f"store i{cell.width} {value.text}, ptr {cell.pointer}")
            self._known.stored(cell.pointer, value)

    def load(self, cell: Cell) -> Bits:
        """The value of a cell."""
        if not cell.width:
            return NOTHING
        known = self._known.held(cell.pointer)
        if known is None:
            known = self._made(f"load i{cell.width}, ptr {cell.pointer}", cell.width, again=True)
            if self.is_open:
                self._known.stored(cell.pointer, known)
        return known

    def _made(self, instruction: str, width: int, *, again: bool = False) -> Bits:
        """What an instruction computes; where it is known, it is not computed `again`."""
        if not self.is_open:
            return const(0, width)
        known = None if again else self._known.computed(instruction)
        if known is None:
            known = Bits(f"%{self.fresh()}", width)
            self.line(f"{known.text} = {instruction}")
            if not again:
                self._known.compute(instruction, known)
        return known

    # ---- memory

    def words(self, count: int) -> str:
        """A pointer to room for some words of 64 bits."""
        pointer = f"%{self.fresh('words')}"
        self._entry.append(f"  {pointer} = alloca [{count} x i64]")
        return pointer

    def word(self, pointer: str, number: int) -> Bits:
        """A word of 64 bits in memory that nothing in this function writes."""
        return self._made(f"load i64, ptr {self._address(pointer, number)}", 64)

    def word_at(self, pointer: str, number: int, place: Bits) -> Bits:
        """The word at a place behind another one, in memory that nothing in this function writes."""
        if not self.is_open:
            return const(0, 64)
        begin = self._address(pointer, number)
        address = self._made(f"getelementptr i64, ptr {begin}, i32 {place.text}", 64)
        return self._made(f"load i64, ptr {address.text}", 64)

    def comes_from(self, value: Bits, pointer: str, number: int) -> None:
        """Note that a value begins with a word in memory that nothing in this function writes."""
        self._origins[value.text] = pointer, number

    def origin(self, value: Bits) -> tuple[str, int] | None:
        """Where in memory a value begins, if it was read from there."""
        return self._origins.get(value.text)

    def listed(self, values: Sequence[int], width: int, place: Bits) -> Bits:
        """What stands at a place of a table of constants."""
        items = ", ".join(f"i{width} {value}" for value in values)
        content = f"[{len(values)} x i{width}] [{items}]"
        digest = hashlib.sha256(content.encode()).hexdigest()[:16]
        table = self._tables.setdefault(content, f"@table_{digest}")
        if not self.is_open:
            return const(0, width)
        pointer = self._made(f"getelementptr [{len(values)} x i{width}], ptr {table}, i32 0, i32 {place.text}", 64)
        return self._made(f"load i{width}, ptr {pointer.text}", width)

    def put_word(self, value: Bits, pointer: str, number: int) -> None:
        """Write a word of 64 bits to memory."""
        self.line(f"store i64 {value.text}, ptr {self._address(pointer, number)}")

    def _address(self, pointer: str, number: int) -> str:
        if not number or not self.is_open:
            return pointer
        return self._made(f"getelementptr i64, ptr {pointer}, i64 {number}", 64).text

    # ---- arithmetic on bits

    def binary(self, operator: str, left: Bits, right: Bits) -> Bits:
        """`left operator right`, both of one width; the names of the operators are LLVM's."""
        width = left.width
        assert width == right.width, f"{operator} of {width} and {right.width} bits"
        if not width:
            return NOTHING
        a, b = left.constant, right.constant
        if a is not None and b is not None and operator in _FOLDED:
            return const(_FOLDED[operator](a, b) & ((1 << width) - 1), width)
        if operator in ("or", "add", "sub", "xor", "shl", "lshr") and b == 0:
            return left
        if operator in ("or", "add", "xor") and a == 0:
            return right
        full = (1 << width) - 1
        if operator == "and" and (a == full or b == full):
            return right if a == full else left
        if operator == "and" and 0 in (a, b):
            return const(0, width)
        if operator in ("shl", "lshr", "mul") and a == 0:
            return left
        if operator == "mul" and 1 in (a, b):
            return right if a == 1 else left
        if operator in ("and", "or") and left == right:
            return left
        if operator == "or" and full in (a, b):
            return const(full, width)
        found = self._made(f"{operator} i{width} {left.text}, {right.text}", width)
        if operator in ("shl", "lshr") and b is None:
            # A shift beyond the width, where a value is computed that nobody will use, has no value at all for LLVM,
            # and what depends on it, `false and ...` too, would be taken for code that is never reached.
            return self._made(f"freeze i{width} {found.text}", width)
        return found

    def compare(self, predicate: str, left: Bits, right: Bits) -> Bits:
        """`left predicate right` as one bit; the predicates are LLVM's: eq, ne, ult, ule."""
        assert left.width == right.width, f"{predicate} of {left.width} and {right.width} bits"
        a, b = left.constant, right.constant
        if not left.width or left == right:
            return TRUE if predicate in ("eq", "ule") else FALSE
        if a is not None and b is not None:
            return const(int(_COMPARED[predicate](a, b)), 1)
        return self._made(f"icmp {predicate} i{left.width} {left.text}, {right.text}", 1)

    def resized(self, value: Bits, width: int) -> Bits:
        """The value with zeros added above, or with its upper bits cut off."""
        if value.width == width:
            return value
        if not width:
            return NOTHING
        if not value.width:
            return const(0, width)
        if value.constant is not None:
            return const(value.constant & ((1 << width) - 1), width)
        source = self._sources.get(value.text)
        if source is not None and (source.width < value.width or width < value.width):  # widened before, or cut twice
            return self.resized(source, width)
        operator = "zext" if width > value.width else "trunc"
        made = self._made(f"{operator} i{value.width} {value.text} to i{width}", width)
        self._sources[made.text] = value
        return made

    def select(self, condition: Bits, then: Bits, otherwise: Bits) -> Bits:
        """`then if condition else otherwise`."""
        assert then.width == otherwise.width, f"a choice of {then.width} and {otherwise.width} bits"
        if then == otherwise or not then.width:
            return then
        if condition.constant is not None:
            return then if condition.constant else otherwise
        width = f"i{then.width}"
        return self._made(f"select i1 {condition.text}, {width} {then.text}, {width} {otherwise.text}", then.width)

    def call(self, callee: str, width: int, *operands: Bits) -> Bits:
        """The result of a function on integers."""
        given = ", ".join(f"i{one.width} {one.text}" for one in operands)
        return self._made(f"call i{width} @{callee}({given})", width)

    def result(self, callee: str, operands: str) -> str:
        """What a function gives that may look at memory; `callee` and `operands` as LLVM writes them."""
        if not self.is_open:
            return "0"
        name = f"%{self.fresh()}"
        self.line(f"{name} = call {callee}({operands})")
        return name

    def part(self, value: Bits, shift: int, width: int) -> Bits:
        """`width` bits of a value, from the bit `shift` on."""
        if not width:
            return NOTHING
        return self.resized(self.binary("lshr", value, const(shift, value.width)), width)

    def part_at(self, value: Bits, place: Bits, width: int) -> Bits:
        """The part number `place` of a value that is made of parts of `width` bits."""
        if not width:
            return NOTHING
        if place.constant is None and wide.is_long(value.width, width):
            return wide.taken(self, value, place, width, width)
        return self.resized(self.binary("lshr", value, self._shift(place, width, value.width)), width)

    def bits_from(self, value: Bits, place: Bits, width: int) -> Bits:
        """`width` bits of a value, from the bit `place` on."""
        if place.constant is None and wide.is_long(value.width, width):
            return wide.taken(self, value, place, 1, width)
        return self.resized(self.binary("lshr", value, self._shift(place, 1, value.width)), width)

    def with_part(self, value: Bits, place: Bits, part: Bits) -> Bits:
        """The value with another part at `place`."""
        if not part.width:
            return value
        ones = const((1 << part.width) - 1, part.width)
        hole, moved = (self._put(one, place, value.width) for one in (ones, part))
        kept = self.binary("and", value, self.binary("xor", hole, const((1 << value.width) - 1, value.width)))
        return self.binary("or", kept, moved)

    def bit(self, place: Bits, width: int) -> Bits:
        """One bit set at `place`, in a value of `width` bits."""
        return self._put(TRUE, place, width)

    def _put(self, part: Bits, place: Bits, width: int) -> Bits:
        """A value of `width` bits that is made of parts, of which all are zeros but the one at `place`."""
        if place.constant is None and wide.is_long(width, part.width):
            return wide.put(self, part, place, part.width, width)
        return self.binary("shl", self.resized(part, width), self._shift(place, part.width, width))

    def _shift(self, place: Bits, step: int, width: int) -> Bits:
        """`place * step`, as wide as what is shifted: every shift is below that width, so it fits."""
        return self.resized(self.binary("mul", self.resized(place, 32), const(step, 32)), width)

    # ---- control

    def repeated(self, count: int) -> AbstractContextManager[Bits]:
        """The body of a loop that runs `count` times; its number is a register of 32 bits."""
        return self.repeated_up_to(const(count, 32))

    @contextmanager
    def repeated_up_to(self, count: Bits) -> Generator[Bits, None, None]:
        """The body of a loop that runs as often as a register of 32 bits says."""
        number = self.cell(32, const(0, 32))
        top, body, end = self.fresh("top"), self.fresh("body"), self.fresh("end")
        self.place(top)
        now = self.load(number)
        self.branch(self.compare("ult", now, count), body, end)
        self.place(body)
        yield now
        self.store(self.binary("add", now, const(1, 32)), number)
        if self.is_open:
            self.jump(top)
        self.place(end)

    @contextmanager
    def when(self, condition: Bits) -> Generator[None, None, None]:
        """A body that runs where the condition holds."""
        then, end = self.fresh("then"), self.fresh("end")
        self.branch(condition, then, end)
        self.place(then)
        yield
        self.place(end)


_FOLDED: dict[str, Callable[[int, int], int]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b,
    "udiv": lambda a, b: a // b,
    "shl": lambda a, b: a << b if b < 65536 else 0,
    "lshr": lambda a, b: a >> b,
}
_COMPARED: dict[str, Callable[[int, int], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "ult": lambda a, b: a < b,
    "ule": lambda a, b: a <= b,
}
