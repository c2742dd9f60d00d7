"""Rules of what came in and of what would go out, one function a table.

Every module of this folder that states a CHECK is taken: a new table needs no more than its own file.
"""

from importlib import import_module
from pkgutil import iter_modules

from quality.suites.rules import TableCheck


def _checks() -> tuple[TableCheck, ...]:
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    checks = [module.CHECK for module in modules if hasattr(module, "CHECK")]
    # what came in before what would go out
    return tuple(sorted(checks, key=lambda check: (check.table_name.startswith("rpt_"), check.table_name)))


CHECKS = _checks()
