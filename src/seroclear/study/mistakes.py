"""What is wrong in a study's file where Python itself objects: said in the words of a study."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Mapping

from seroclear.study.checks import nearest

MISSING_NAME = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")
MISSING_MODULE = re.compile(r"No module named '(seroclear[\w.]*)\.(\w+)'")
KEYWORD = re.compile(r"(\w+)(?:\.__init__)?\(\) got an unexpected keyword argument '(\w+)'")
CALLED = re.compile(r"(\w+)\(\) missing 1 required positional argument: 'cohort'")
# What a keyword that no word takes was meant to do.
MENDS = {"unit": "a number comes in the canonical unit of its test, see docs/records.md"}


def explained(error: Exception, words: Mapping[str, object]) -> str:
    """The error in a sentence with the nearest right name, where one is known; else as Python says
    it.

    Args:
        error: raised while the file was read.
        words: the names that the file had by then.
    """
    text = str(error)
    if isinstance(error, NameError) and error.name:
        known = sorted(word for word in words if not word.startswith("_"))
        return f"there is no word {error.name!r}; {nearest(error.name, known)}."
    if found := MISSING_NAME.search(text):
        name, module = found.groups()
        known = sorted(n for n in dir(importlib.import_module(module)) if not n.startswith("_"))
        return f"there is no {name!r} in {module}; {nearest(name, known)}."
    if found := MISSING_MODULE.search(text):
        package, name = found.groups()
        known = [m.name for m in pkgutil.iter_modules(importlib.import_module(package).__path__)]
        return f"there is no module {name!r} in {package}; {nearest(name, known)}."
    if found := KEYWORD.search(text):
        return _keyword(found[1], found[2], words)
    if found := CALLED.search(text):
        return f"write {found[1]} without brackets: the study calls it with its cohort."
    return f"{type(error).__name__}: {text}"


def _keyword(function: str, name: str, words: Mapping[str, object]) -> str:
    called = words.get(function)
    known = list(inspect.signature(called).parameters) if callable(called) else []
    mend = MENDS.get(name) or (nearest(name, known) if known else "")
    return f"{function}() takes no {name}=" + (f"; {mend}." if mend else ".")
