"""By which rules a build is checked: a receipt stands only for the rules that it was issued by."""

from importlib.metadata import version
from pathlib import Path

from rapport.on_disk import sha256_of_all

_ROOT = Path(__file__).resolve().parent.parent
# What rules take from elsewhere. The dbt project is not among it: a build of another project is another build.
_TAKEN = ("rapport/definitions.py", "rapport/networks.py")


def rules_hash(root: Path = _ROOT) -> str:
    """SHA-256 (hex) of what says what is checked, and the version of Great Expectations.

    It takes all of quality/: rules, limits, how they are held against a table and what is published of it. A changed
    comment changes it, too, and costs one check.
    """
    files = [*(root / "quality").rglob("*.py"), *(root / name for name in _TAKEN)]
    return f"{sha256_of_all(files, root)} {version('great-expectations')}"
