"""By which rules a build is checked: a receipt stands only for the rules that it was issued by."""

import hashlib
from importlib.metadata import version
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
# What rules take from elsewhere. The dbt project is not among it: a build of another project is another build.
_TAKEN = ("rapport/definitions.py", "rapport/networks.py")


def rules_hash(root: Path = _ROOT) -> str:
    """SHA-256 (hex) of what says what is checked, and of the version of Great Expectations.

    It takes all of quality/: rules, limits, how they are held against a table and what is published of it. A changed
    comment changes it, too, and costs one check.
    """
    digest = hashlib.sha256(version("great-expectations").encode())
    for path in sorted([*(root / "quality").rglob("*.py"), *(root / name for name in _TAKEN)]):
        digest.update(b"\0" + str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
