#!/usr/bin/env python3
"""Write the reference pages and the excerpts of docs/: ``python docs/generate.py``.

With ``--check`` nothing is written: drift, broken links and orphan pages are told, and end with exit code 1.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from docs.generator.site import check, write  # noqa: E402 - found by the line above


def main() -> int:
    """Parse the arguments; write, or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 on drift or a broken link"
    )
    if not parser.parse_args().check:
        try:
            print(f"{write(ROOT)} files written")
        except ValueError as error:
            sys.exit(str(error))
    faults = check(ROOT)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
