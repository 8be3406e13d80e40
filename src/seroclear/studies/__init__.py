"""The library of studies: one published design a file, and how a study is found by name or path."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from seroclear.errors import SeroclearError

if TYPE_CHECKING:
    from seroclear.study.laboratory import LaboratoryStudy
    from seroclear.study.study import Study


def names() -> list[str]:
    """Names of the studies of hospital records that come with seroclear."""
    modules = pkgutil.iter_modules(__path__)
    return sorted(module.name.replace("_", "-") for module in modules if not module.ispkg)


def laboratory_names() -> list[str]:
    """Names of the studies of a laboratory's own file."""
    from seroclear.studies import laboratory

    modules = pkgutil.iter_modules(laboratory.__path__)
    return sorted(module.name.replace("_", "-") for module in modules)


def load_laboratory(name: str) -> tuple[str, LaboratoryStudy]:
    """A study of a laboratory's own file, of `laboratory_names`."""
    title = name.replace("_", "-")
    module = importlib.import_module(f"{__name__}.laboratory.{title.replace('-', '_')}")
    study: LaboratoryStudy = module.study
    return title, study


def load_study(name: str) -> tuple[str, Study]:
    """A study by name, or from a Python file that has a variable `study`.

    Returns:
        The study's name and the study.

    Raises:
        SeroclearError: there is no such study or file, or the file has no `study`.
    """
    from seroclear.study.study import Study

    if name.endswith(".py"):
        title, module = Path(name).stem, _from_file(Path(name))
    elif (title := name.replace("_", "-")) in names():
        module = importlib.import_module(f"{__name__}.{title.replace('-', '_')}")
    else:
        raise SeroclearError(
            f"there is no study {name!r}; known: {', '.join(names())}, or give the path of a .py "
            "file."
        )
    study = getattr(module, "study", None)
    if not isinstance(study, Study):
        raise SeroclearError(f"{name} has no variable 'study' that is a Study(...).")
    return title, study


def _from_file(path: Path) -> object:
    if not path.is_file():
        raise SeroclearError(f"{path}: no such file.")
    spec = importlib.util.spec_from_file_location(f"seroclear_user_study_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise SeroclearError(f"{path} is not a Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except SeroclearError:
        raise
    except Exception as error:
        from seroclear.study.mistakes import explained

        where = _line_in(path, error)
        raise SeroclearError(f"{path}{where}: {explained(error, vars(module))}") from None
    return module


def _line_in(path: Path, error: Exception) -> str:
    if isinstance(error, SyntaxError):
        return f" line {error.lineno}"
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f" line {line}" if line else ""
