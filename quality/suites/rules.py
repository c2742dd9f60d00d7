"""How a rule is written down: an expectation with a name, how grave it is, its reason and what to do when it breaks.

Keys, references and the sets of words that the models define are dbt's to prove; no rule here repeats them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from quality.gx import FailureSeverity, gx, gxe
from quality.results import BLOCK, WARN
from rapport.networks import NETWORKS

# Where a post of any network can be read.
POST_URL = "^(?:{})$".format(
    "|".join(
        network.post_url_grammar
        or re.escape(network.post_url).replace(re.escape("{id}"), network.post_id_grammar)
        for network in NETWORKS.values()
    )
)

# What Great Expectations calls our two severities.
_GX_SEVERITY = {BLOCK: FailureSeverity.CRITICAL, WARN: FailureSeverity.WARNING}


@dataclass(frozen=True)
class Loosened:
    """That a rule was made to let more pass: since when, what had been seen, and why that is in order."""

    since: date
    seen: str
    why: str

    def __str__(self) -> str:
        return f"since {self.since}: seen was {self.seen}; {self.why}"


@dataclass(frozen=True)
class TableCheck:
    """What is checked of one table.

    `query` reads the table as a frame: text column `row_key` (names a row in messages), the columns the
    rules speak of, and columns derived for a rule. A derived column is NULL where its rule does not apply,
    and expectations pass over NULL. Texts of posts are never read, so they can't end up in a sample.
    """

    table_name: str
    query: str
    suite: Callable[[], gx.ExpectationSuite]


def rule(
    name: str,
    expectation: type[gxe.Expectation],
    *,
    reason: str,
    remedy: str,
    severity: str = BLOCK,
    loosened: Loosened | None = None,
    **arguments: Any,
) -> Any:
    """One named rule; the arguments are the expectation's own.

    BLOCK keeps the build from being published: a number in it would be wrong. WARN lets it pass and says so
    wherever the checks are shown: the number is right, and somebody should know how it came about.
    """
    return expectation(
        **arguments,
        severity=_GX_SEVERITY[severity],
        meta={
            "rule": name,
            "severity": severity,
            "reason": reason,
            "remedy": remedy,
            "loosened": str(loosened or ""),
        },
    )


def suite_of(table_name: str, rules: list[Any]) -> gx.ExpectationSuite:
    """The rules of one table as a suite of that name."""
    return gx.ExpectationSuite(name=table_name, expectations=rules)


def as_of_rule(table_name: str) -> Any:
    """Every table of one client speaks of the same day; the frame says so in `as_of_difference_days`."""
    return rule(
        f"{table_name.removeprefix('rpt_')}_speak_of_the_same_day",
        gxe.ExpectColumnValuesToBeInSet,
        column="as_of_difference_days",
        value_set=[0],
        reason=f"a row whose as_of_date differs from that of the client's newest week was left over from an "
        f"earlier build: {table_name} would mix two days in one report.",
        remedy="run `rapport build --full-refresh`, then check again.",
    )


# To be joined as: left join <this> as horizon on horizon.client_id = <table>.client_id
AS_OF_BY_CLIENT = (
    "(select client_id, max(as_of_date) as as_of_date from reports.rpt_engagement_summary group by client_id)"
)
