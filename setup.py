"""Say where the packages are: `indoubt` in `src/indoubt`, its four large sub-packages in folders at the top.

Everything else stands in pyproject.toml. `find_packages` lists the sub-packages, so that a new one cannot be forgotten.
It follows the symlinks in `src/indoubt`, which are for type checkers: the names it finds there are found again at the
top, and the set keeps one of each. Where there are no symlinks, the list is the same.
"""

from setuptools import find_packages, setup

FOLDERS = {
    "indoubt": "src/indoubt",
    "indoubt.specs": "specs",
    "indoubt.explorer": "explorer",
    "indoubt.invariants": "invariants",
    "indoubt.counterexamples": "counterexamples",
}

sub_packages = {f"{package}.{name}" for package, folder in FOLDERS.items() for name in find_packages(folder)}

setup(package_dir=FOLDERS, packages=sorted(sub_packages | set(FOLDERS)))
