"""Great Expectations, imported in one place with its log kept quiet.

Importing it takes seconds: only `gate.check` does, and only when it runs.
"""

import logging

# Its loggers take their level from this one at import; below WARNING it narrates every metric.
logging.getLogger("great_expectations").setLevel(logging.WARNING)

import great_expectations as gx  # noqa: E402
import great_expectations.expectations as gxe  # noqa: E402

__all__ = ["gx", "gxe"]
