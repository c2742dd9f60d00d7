"""`python -m operations.stack`: runs the stack in the foreground. `background.up` starts it in the background."""

import argparse
import sys
from pathlib import Path

from operations.stack.background import serve
from rapport.config import load_settings
from rapport.errors import RapportError
from rapport.on_disk import keep_private


def main() -> int:
    """Runs until SIGTERM, SIGINT or SIGHUP; 0 then, else the error's exit code."""
    parser = argparse.ArgumentParser(prog="python -m operations.stack", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int)
    arguments = parser.parse_args()
    keep_private()
    try:
        serve(load_settings(arguments.home), arguments.port, lambda words: print(words, flush=True))
    except KeyboardInterrupt:
        return 0
    except RapportError as problem:
        print(problem, file=sys.stderr)
        return problem.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
