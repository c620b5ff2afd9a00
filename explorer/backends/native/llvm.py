"""LLVM: texts in, machine code out. The one module that imports `llvmlite`; import it when it is needed.

Objects are kept on disk by content.
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any

from indoubt.explorer.backends.native.cache import cached, keep

try:
    import llvmlite  # pyright: ignore[reportMissingTypeStubs]
    import llvmlite.binding as untyped_binding  # pyright: ignore[reportMissingTypeStubs]
except OSError as error:  # its library is not there, or is for another kind of machine
    raise ImportError(str(error), name="llvmlite") from error

binding: Any = untyped_binding  # it has no annotations; what leaves this module is typed


class LinkError(Exception):
    """A text is no valid LLVM, or the texts do not fit together."""


class Library:
    """Compiled code that is loaded. Its functions may be called as long as it lives."""

    def __init__(self, engine: Any, entries: Sequence[str]) -> None:
        self._engine = engine
        self._addresses = {name: int(engine.get_function_address(name)) for name in entries}

    def address(self, name: str) -> int:
        """Where a function begins. Raises KeyError for what is no entry."""
        return self._addresses[name]

    def function(self, name: str, *parameters: Any, result: Any = ctypes.c_uint64) -> Any:
        """A function to call; while it runs, other threads of Python do too. The kinds are those of ctypes."""
        return ctypes.CFUNCTYPE(result, *parameters)(self._addresses[name])


def link(texts: Sequence[str], entries: Sequence[str], *, level: int = 3) -> Library:
    """Compile the texts into one library, of which only the entries can be called. Raises LinkError."""
    name = f"{_key(texts, entries, level)}.o"
    image = cached(name)
    library = None if image is None else _loaded(image, entries, level)
    if library is None:
        image = _compiled(texts, entries, level)
        keep(name, image)
        library = _loaded(image, entries, level)
    if library is None:
        raise LinkError(f"the compiled code has not all of {', '.join(entries)}")
    return library


@cache
def _host() -> tuple[str, str]:
    """The name of the processor and its features."""
    return str(binding.get_host_cpu_name()), str(binding.get_host_cpu_features().flatten())


def _machine(level: int) -> Any:
    """What code is made for. An engine owns the one it is given, and frees it at its end."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    cpu, features = _host()
    return binding.Target.from_default_triple().create_target_machine(
        cpu=cpu, features=features, opt=level, reloc="pic", codemodel="jitdefault", jit=True
    )


def _key(texts: Sequence[str], entries: Sequence[str], level: int) -> str:
    """Names what is compiled and with what; a change in any of it is another file."""
    parts = (llvmlite.__version__, *_host(), str(level), *entries, *texts)
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{len(part)}:".encode())
        digest.update(part.encode())
    return digest.hexdigest()


def _compiled(texts: Sequence[str], entries: Sequence[str], level: int) -> bytes:
    machine = _machine(level)
    try:
        context = binding.create_context()
        first, *others = [binding.parse_assembly(text, context) for text in texts]
        for other in others:
            first.link_in(other)
        first.verify()
    except RuntimeError as failure:
        raise LinkError(str(failure)) from None
    # Loading an object that lacks a function would end the process.
    lacking = {one.name for one in first.functions if one.is_declaration and not one.name.startswith("llvm.")}
    lacking |= {name for name in entries if name not in {one.name for one in first.functions}}
    if lacking:
        raise LinkError(f"no text defines {', '.join(sorted(lacking))}")
    for function in first.functions:
        if not function.is_declaration and function.name not in entries:
            function.linkage = "internal"
    options = binding.create_pipeline_tuning_options(speed_level=level)
    builder = binding.create_pass_builder(machine, options)
    builder.getModulePassManager().run(first, builder)
    return bytes(machine.emit_object(first))


def _loaded(image: bytes, entries: Sequence[str], level: int) -> Library | None:
    """The library in an object file; None if it is none, or lacks an entry."""
    try:
        engine = binding.create_mcjit_compiler(binding.parse_assembly(""), _machine(level))
        engine.add_object_file(binding.ObjectFileRef.from_data(image))
        engine.finalize_object()
    except RuntimeError:
        return None
    library = Library(engine, entries)
    return library if all(library.address(name) for name in entries) else None
