"""For every rule, what must be done to a warehouse in order so that the rule breaks.

The faults of each suite of `quality.suites` stand in the module of its name in `suites/`: rule -> one or more
statements. The test of the gate holds them against the suites: a rule without a fault fails it, and so does a fault
without a rule. A table that `warehouse.py` gives no rows is empty; its faults insert rows that are wrong.
"""

from importlib import import_module

from quality import suites

# table -> rule -> statements
FAULTS: dict[str, dict[str, list[str]]] = {
    module.CHECK.table_name: import_module(f"tests.quality.suites.{name}").FAULTS
    for name, module in suites.modules().items()
}
