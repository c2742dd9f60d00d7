"""Rules of what came in and of what would go out, one function a table.

Every module of this folder that states a CHECK is taken: a new table needs no more than its own file.
"""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from quality.suites.rules import TableCheck


def modules() -> dict[str, ModuleType]:
    """The modules with a CHECK, by name."""
    found = {entry.name: import_module(f"{__name__}.{entry.name}") for entry in iter_modules(__path__)}
    return {name: module for name, module in found.items() if hasattr(module, "CHECK")}


CHECKS: tuple[TableCheck, ...] = tuple(
    # what came in before what would go out
    sorted(
        (module.CHECK for module in modules().values()),
        key=lambda check: (check.table_name.startswith("rpt_"), check.table_name),
    )
)
