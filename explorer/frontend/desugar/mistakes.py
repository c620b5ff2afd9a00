"""What authors of systems are told: mistakes of the layout with their places, and no word of the translation."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterable

from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
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
    own = _part_at(mistake.span, layout)
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


def _reworded(text: str, layout: Layout, own: Part | None) -> str:
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
