"""dbt for the tests: in a process of its own for every command, as always, but forked from one that has dbt imported.

Importing dbt and parsing the project take as long as building a small warehouse, and the suite calls dbt fifty times.
So it starts one process a test run, the *warm* one, which imports dbt and parses the project once. `command()` is what
`modelling.dbt` calls instead of `python -m modelling.dbt_process`: a client that hands its arguments, environment,
folder and output over to a fork of the warm process, and ends as that ends. What a test kills is the client; its fork
is killed with it.
"""

import sys
from pathlib import Path

CLIENT = Path(__file__).with_name("warm_client.py")


def command(folder: Path) -> list[str]:
    """How to call dbt in a test run that has this folder for it; the warm process ends when that is gone.

    Whoever is the first to call starts the warm process.
    """
    return [sys.executable, "-I", "-S", str(CLIENT), str(folder)]
