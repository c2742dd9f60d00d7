"""Great Expectations, imported in one place, with its log kept quiet and without what no rule of ours needs.

Importing it takes seconds: only `gate.check` does, and only when it runs.
"""

import gc
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

# Great Expectations needs these for expectations that we don't have: it draws and fits distributions, and holds texts
# against schemas. Reading them takes as long as reading the rest of it.
_FOR_OTHERS = ("altair", "scipy.stats", "jsonschema")
# It does without these where they are not installed: they are for checks inside of databases and by Spark, and ours are
# of frames. A part of pyspark ends a process without a main file, such as one of pytest's workers.
_FOR_DATABASES = ("sqlalchemy", "psycopg2", "pyspark")


class _WhenUsed(ModuleType):
    """Stands for a module that is read when somebody takes something from it."""

    def __getattr__(self, attribute: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), attribute)


@contextmanager
def _read_when_used(names: tuple[str, ...]) -> Iterator[None]:
    """What imports these modules meanwhile is handed a stand-in; whoever imports them later, the modules."""
    stand_ins = {name: _WhenUsed(name) for name in names if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, stand_in in stand_ins.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]


@contextmanager
def _as_if_not_installed(names: tuple[str, ...]) -> Iterator[None]:
    """What imports these modules meanwhile is told that there are none, unless they were imported before."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type] # None there is Python's word for it
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Meanwhile the garbage collector does not look: of the many objects of a module none is to go."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


# Its loggers take their level from this one at import; below WARNING it narrates every metric.
logging.getLogger("great_expectations").setLevel(logging.WARNING)

with _uncollected(), _read_when_used(_FOR_OTHERS), _as_if_not_installed(_FOR_DATABASES):
    import great_expectations as gx
    import great_expectations.expectations as gxe
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )
    from great_expectations.expectations.expectation import Expectation
    from great_expectations.expectations.metadata_types import FailureSeverity

_whole: Any = Expectation.configuration
_arguments_of: Any = Expectation._get_runtime_kwargs
# Expectation, by its id, whose arguments are being read -> its configuration.
_read_now: dict[int, Any] = {}


def _configuration(expectation: Expectation) -> Any:
    return _read_now.get(id(expectation)) or _whole.fget(expectation)


def _arguments(expectation: Expectation, *given: Any, **named: Any) -> Any:
    """An expectation's arguments, for which its configuration is made once.

    Great Expectations makes it anew for each argument that it looks up in it: that was four tenths of a check.
    """
    if id(expectation) in _read_now:
        return _arguments_of(expectation, *given, **named)
    _read_now[id(expectation)] = _whole.fget(expectation)
    try:
        return _arguments_of(expectation, *given, **named)
    finally:
        del _read_now[id(expectation)]


Expectation.configuration = property(_configuration)  # type: ignore[method-assign, assignment]
Expectation._get_runtime_kwargs = _arguments  # type: ignore[method-assign, assignment]

__all__ = [
    "DataContextConfig",
    "FailureSeverity",
    "InMemoryStoreBackendDefaults",
    "ProgressBarsConfig",
    "gx",
    "gxe",
]
