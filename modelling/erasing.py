"""Erasure in what dbt writes of its runs (logs and compiled queries may quote rows), and in copies for Spark."""

import shutil
from collections.abc import Callable

from modelling import spark
from modelling.dbt import PARSED
from rapport.config import Settings
from rapport.errors import ErasureUnfinished
from rapport.forgotten import Forgotten


def erase_from(settings: Settings, forgotten: Forgotten, on_progress: Callable[[str], None]) -> int:
    """Removes all of it, whatever is to be forgotten. Returns how many files and folders were removed.

    The caller holds the warehouse, so no run is on. The page of `rapport docs` goes with it; the next one writes it.
    Raises ErasureUnfinished, once the rest is done, if a folder in which Spark has left copies can't be reached.
    """
    folders = (settings.dbt_target_dir, spark.target_dir(settings))
    doomed = [path for folder in folders for path in folder.glob("*") if path.name != PARSED or path.is_dir()]
    for path in doomed:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    # a build by Spark that was killed leaves what it had
    copies, left = spark.remove_copies(settings)
    count = len(doomed) + copies
    if left:
        where = "; ".join(f"{folder} ({why})" for folder, why in left.items())
        raise ErasureUnfinished(
            f"a build by Spark may have left copies of what is to be erased in {where}; everywhere else it is gone",
            f"{spark.remedy(settings)}. Until then the erasure stays open",
            count,
        )
    return count
