"""LLVM: texts in, machine code out. The one module that imports `llvmlite`; import it when it is needed.

Objects are kept on disk by content. The cache is a convenience: where it cannot be read or written, or an object in it
is damaged, the code is compiled again and nothing is said.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite  # pyright: ignore[reportMissingTypeStubs]
import llvmlite.binding as untyped_binding  # pyright: ignore[reportMissingTypeStubs]

binding: Any = untyped_binding  # it has no annotations; what leaves this module is typed

DIGEST_BYTES = 32


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
    path = _folder() / f"{_key(texts, entries, level)}.o"
    image = _cached(path)
    library = None if image is None else _loaded(image, entries, level)
    if library is None:
        image = _compiled(texts, entries, level)
        _keep(path, image)
        library = _loaded(image, entries, level)
    if library is None:
        raise LinkError(f"the compiled code has not all of {', '.join(entries)}")
    return library


def folder() -> Path:
    """Where compiled code is kept: $INDOUBT_CACHE, or what the platform has for such files."""
    own = os.environ.get("INDOUBT_CACHE")
    if own:
        return Path(own)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
        return Path(base) / "indoubt" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "indoubt"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "indoubt"


def _folder() -> Path:
    try:
        return folder()
    except RuntimeError:  # nobody's home is known
        return Path(tempfile.gettempdir()) / "indoubt"


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


def _cached(path: Path) -> bytes | None:
    """An object as it was written; None if there is none or it is damaged."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    digest, image = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
    return image if hashlib.sha256(image).digest() == digest else None


def _keep(path: Path, image: bytes) -> None:
    """Write an object, at once or not at all: two runs may do so at the same time."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(image).digest() + image)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink()
            raise
