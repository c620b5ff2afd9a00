"""What authors of systems are told: mistakes of the layout with their places, and no word of the translation."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterable

from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
from indoubt.explorer.frontend.expressions import NODES_OF
from indoubt.explorer.frontend.source import class_source, header_span, span_of
from indoubt.explorer.ir.expressions import Span
from indoubt.specs.language.layout import Layout, Part
from indoubt.specs.language.wrong_systems import Wrong


def located(mistakes: Iterable[Wrong]) -> list[Diagnostic]:
    """The mistakes of a layout, each where it is written."""
    return [Diagnostic(one.code, one.title, _span(one), one.label, one.help) for one in mistakes]


def _span(wrong: Wrong) -> Span | None:
    for owner in wrong.owner.__mro__:
        try:
            tree, file = class_source(owner)
        except (SpecError, TypeError, OSError):
            return None
        if not wrong.member:
            return header_span(tree, file)
        for node in tree.body:
            match node:
                case ast.FunctionDef(name, arguments) if name == wrong.member:
                    for argument in arguments.args:
                        if argument.arg == wrong.parameter:
                            return span_of(argument, file)
                    return header_span(node, file)
                case ast.AnnAssign(ast.Name(name)) if name == wrong.member:
                    return span_of(node, file)
                case ast.Assign([ast.Name(name)]) if name == wrong.member:
                    return span_of(node, file)
                case _:
                    pass
    return None


def in_words_of_nodes(mistake: Diagnostic, layout: Layout) -> Diagnostic:
    """A mistake as it is told of a node: `self.phase`, and not `self.rms.phase[self.address]`."""
    mistake = _of_a_message(mistake, layout)
    own = _part_at(mistake.span, layout)
    mistake = _of_nodes(mistake, in_a_node=own is not None)
    return dataclasses.replace(
        mistake,
        title=_reworded(mistake.title, layout, own),
        label=_reworded(mistake.label, layout, own),
        help=_reworded(mistake.help, layout, own),
        other_label=_reworded(mistake.other_label, layout, own),
    )


def _part_at(span: Span | None, layout: Layout) -> Part | None:
    """The nodes in whose class a mistake is."""
    for part in layout.parts.values():
        for owner in part.cls.__mro__:
            try:
                tree, file = class_source(owner)
            except (SpecError, TypeError, OSError):
                continue  # of the language, or of Python
            if span is not None and span.file == file and tree.lineno <= span.line <= (tree.end_lineno or 0):
                return part
    return None


def _of_a_message(mistake: Diagnostic, layout: Layout) -> Diagnostic:
    """A mistake of a field of a message where the field is declared, and not wherever the message is named."""
    field = re.match(r"field `(\w+)` of `(\w+)`: ", mistake.title)
    if mistake.code != "S330" or field is None:
        return mistake
    name, message = field.groups()
    cls = next((one for held in layout.links.values() for one in held if one.__name__ == message), None)
    span = None if cls is None else _span(Wrong("S330", "", cls, name, "", ""))
    return mistake if span is None else dataclasses.replace(mistake, span=span, label=f"the type of `{name}`")


OF_A_NODE = {
    "an action returns nothing": "a handler returns nothing",
    "write the result to the state, or drop it": "write the result to a field, or send it",
    "is the whole state": "is the node itself",
    "name a variable, as in `self.x`": "name a field, as in `self.x`, or `self.address`",
    "a parameter of the action": "a parameter of the handler",
    "a value that is no part of the state is changed": "a value that is no field of the node is changed",
    "not a variable of the state": "not a field of the node",
    "change the variable itself": "change the field itself",
    "the state is already changed here": "something is already done here",
    "declare a variable in the spec class": "declare a field in the class of nodes",
    "as in `= every(...)`, or set it in an": "`= ...`, or let the system set it in an",
}
"""What is said of the actions and variables of a state machine, and what of the handlers and fields of a node."""
OF_A_SYSTEM = {
    "parameter `self.address` is a": "an address of these nodes is a",
    "change the state in an action": "let a handler of a node change it",
}
"""What is said of both, and what wherever nodes are meant."""


def _of_nodes(mistake: Diagnostic, *, in_a_node: bool) -> Diagnostic:
    words = OF_A_SYSTEM | OF_A_NODE if in_a_node else OF_A_SYSTEM

    def said(text: str) -> str:
        for machine, nodes in words.items():
            text = text.replace(machine, nodes)
        return text

    parts = (mistake.title, mistake.label, mistake.help, mistake.other_label)
    title, label, help_, other = map(said, parts)
    return dataclasses.replace(mistake, title=title, label=label, help=help_, other_label=other)


def _reworded(text: str, layout: Layout, own: Part | None) -> str:
    for part in layout.parts.values():
        text = text.replace(f"self.{NODES_OF.format(part.sort.__name__)}[", f"self.{part.name}[")
    for part in layout.parts.values():
        name = re.escape(part.name)
        text = re.sub(rf"\bself\.{name}\.(\w+)\[self\.address\]", r"self.\1", text)
        text = re.sub(rf"\bself\.{name}\.(\w+)\[([\w.]+)\]", rf"self.{part.name}[\2].\1", text)
        text = text.replace(f"self.{part.name}.address", "self.address" if part is own else f"self.{part.name}.address")
        if part is own:
            text = re.sub(rf"\bself\.{name}\.(\w+)", r"self.\1", text)
            text = re.sub(rf"(?<![\w.'\"]){name}\.(\w+)(\[\.\.\.\])?", r"\1", text)  # not in quotes: that is an edit
        else:
            text = re.sub(rf"(?<![\w.]){name}\.(\w+)\[\.\.\.\]", rf"{part.name}[...].\1", text)
    return text
