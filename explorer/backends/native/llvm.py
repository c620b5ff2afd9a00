"""LLVM: texts in, machine code out. The one module that imports `llvmlite`; import it when it is needed.

Objects are kept on disk by content. Each is a library of its own: what it calls and does not define is *late*, called
through an address that another library gives when both are loaded, and may give anew while the code runs. So what many
specs share is compiled once, and code that was made in haste is replaced by better code.
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, NamedTuple

from indoubt.explorer.backends.native.cache import cached, keep

try:
    import llvmlite  # pyright: ignore[reportMissingTypeStubs]
    import llvmlite.binding as untyped_binding  # pyright: ignore[reportMissingTypeStubs]
except OSError as error:  # its library is not there, or is for another kind of machine
    raise ImportError(str(error), name="llvmlite") from error

binding: Any = untyped_binding  # it has no annotations; what leaves this module is typed


class LinkError(Exception):
    """A text is no valid LLVM, or the texts do not fit together."""


QUICK = ("always_inliner", "sroa", "simplify_cfg", "global_dead_code_eliminate")
"""The passes of code that is wanted at once, before the fastest way to machine code: a fifth of the time or less."""
LATE = """
@{name}.at = global ptr null
define {result} @{name}({parameters}) alwaysinline {{
  %address = load atomic ptr, ptr @{name}.at acquire, align 8
  {assign}call {result} %address({parameters})
  {returns}
}}
"""
"""A late function."""
DATA = "@loader.data = global i64 0"
"""Something to be written: with it, the memory manager of llvmlite has room for the addresses of functions of the C
library (`memset`), which it does not count, and for want of which it would end the process."""


class Library:
    """Compiled code that is loaded. Its functions may be called as long as it lives, and those that it calls do."""

    def __init__(self, engine: Any, entries: Sequence[str], late: Sequence[str]) -> None:
        self._engine = engine
        self._addresses = {name: int(engine.get_function_address(name)) for name in entries}
        places = {name: int(engine.get_global_value_address(f"{name}.at")) for name in late}
        self._places = {name: place for name, place in places.items() if place}  # what is not called has none

    def use(self, other: Library) -> None:
        """Call the late functions that another library has there from now on."""
        for name, place in self._places.items():
            if name in other._addresses:
                ctypes.c_uint64.from_address(place).value = other._addresses[name]

    def address(self, name: str) -> int:
        """Where a function begins. Raises KeyError for what is no entry."""
        return self._addresses[name]

    def function(self, name: str, *parameters: Any, result: Any = ctypes.c_uint64) -> Any:
        """A function to call; while it runs, other threads of Python do too. The kinds are those of ctypes."""
        return ctypes.CFUNCTYPE(result, *parameters)(self._addresses[name])


def link(
    texts: Sequence[str], entries: Sequence[str], *, late: Sequence[str] = (), level: int = 3, is_quick: bool = False
) -> Library:
    """Compile the texts into one library, of which only the entries can be called. Raises LinkError.

    `late` are functions that no text has to define. Code that `is_quick` takes less time to compile, and more to run.
    """
    how = _How(tuple(entries), tuple(late), 0 if is_quick else level, is_quick)
    library = _kept(texts, how)
    if library is None:
        image = _compiled(texts, how)
        keep(_name(texts, how), image)
        library = _loaded(image, how)
    if library is None:
        raise LinkError(f"the compiled code has not all of {', '.join(entries)}")
    return library


def kept(texts: Sequence[str], entries: Sequence[str], *, late: Sequence[str] = ()) -> Library | None:
    """What `link` once made of the texts, quickly or not; None if it is to be compiled."""
    return _kept(texts, _How(tuple(entries), tuple(late)))


class _How(NamedTuple):
    entries: tuple[str, ...]
    late: tuple[str, ...]
    level: int = 3
    is_quick: bool = False


def _kept(texts: Sequence[str], how: _How) -> Library | None:
    image = cached(_name(texts, how))
    return None if image is None else _loaded(image, how)


@cache
def _host() -> tuple[str, str]:
    """The name of the processor and its features."""
    return str(binding.get_host_cpu_name()), str(binding.get_host_cpu_features().flatten())


def has(feature: str, *, but: Collection[str]) -> bool:
    """Whether the processor that code is made for has a feature, as LLVM writes it, and is none of some."""
    name, features = _host()
    return feature in features.split(",") and name not in but


def _machine(level: int) -> Any:
    """What code is made for. An engine owns the one it is given, and frees it at its end."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    cpu, features = _host()
    return binding.Target.from_default_triple().create_target_machine(
        cpu=cpu, features=features, opt=level, reloc="pic", codemodel="jitdefault", jit=True
    )


def _name(texts: Sequence[str], how: _How) -> str:
    """Names what is compiled and with what; a change in any of it is another file."""
    passes = QUICK if how.is_quick else ()
    made = (llvmlite.__version__, *_host(), str(how.level), LATE, DATA)
    parts = (*made, *how.entries, "late", *how.late, "passes", *passes, *texts)
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{len(part)}:".encode())
        digest.update(part.encode())
    return f"{digest.hexdigest()}.o"


def _compiled(texts: Sequence[str], how: _How) -> bytes:
    machine = _machine(how.level)
    try:
        context = binding.create_context()
        first, *others = [binding.parse_assembly(text, context) for text in texts]
        for other in others:
            first.link_in(other)
        # Loading an object that lacks a function would end the process.
        lacking = {one.name: one for one in first.functions if one.is_declaration and not one.name.startswith("llvm.")}
        unknown = lacking.keys() - set(how.late)
        unknown |= set(how.entries) - {one.name for one in first.functions}
        if unknown:
            raise LinkError(f"no text defines {', '.join(sorted(unknown))}")
        for one in lacking.values():
            first.link_in(binding.parse_assembly(_late(one), context))
        first.link_in(binding.parse_assembly(DATA, context))
        first.verify()
    except RuntimeError as failure:
        raise LinkError(str(failure)) from None
    for function in first.functions:
        if not function.is_declaration and function.name not in how.entries:
            function.linkage = "internal"
    options = binding.create_pipeline_tuning_options(speed_level=how.level)
    builder = binding.create_pass_builder(machine, options)
    passes = builder.getModulePassManager()
    if how.is_quick:
        passes = binding.create_new_module_pass_manager()
        for name in QUICK:
            getattr(passes, f"add_{name}_pass")()
    passes.run(first, builder)
    return bytes(machine.emit_object(first))


def _late(one: Any) -> str:
    """The definition of a function that is called through an address."""
    result, _, kinds = str(one.global_value_type).partition(" (")
    parameters = ", ".join(f"{kind} %p{number}" for number, kind in enumerate(filter(None, kinds[:-1].split(", "))))
    assign, returns = ("", "ret void") if result == "void" else ("%result = ", f"ret {result} %result")
    return LATE.format(name=one.name, result=result, parameters=parameters, assign=assign, returns=returns)


def _loaded(image: bytes, how: _How) -> Library | None:
    """The library in an object file; None if it is none, or lacks an entry."""
    try:
        # An engine for each object: in one that has two, the second finds the addresses of the first.
        engine = binding.create_mcjit_compiler(binding.parse_assembly(""), _machine(how.level))
        engine.add_object_file(binding.ObjectFileRef.from_data(image))
        engine.finalize_object()
    except RuntimeError:
        return None
    library = Library(engine, how.entries, how.late)
    return library if all(library.address(name) for name in how.entries) else None
