"""Make the lock anew: ``make lock`` keeps the versions that still fit, ``make upgrade`` takes the newest."""

from __future__ import annotations

import argparse
import subprocess
import sys

from requirements.pins import FILES, ROOT

OLDEST = "3.11"
"""Python that the lock begins with: markers tell apart what later ones and other systems need."""


def command(file: str, extras: tuple[str, ...], *more: str) -> list[str]:
    """The call of uv that makes one file of the lock, which agrees with those before it."""
    before = list(FILES)[: list(FILES).index(file)]
    agree = [part for name in before for part in ("--constraint", f"requirements/{name}.txt")]
    wanted = [part for extra in extras for part in ("--extra", extra)]
    # --no-config: nobody's own settings go into the lock.
    return [
        *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-config"),
        *("--universal", "--python-version", OLDEST, "--generate-hashes", "--no-emit-index-url"),
        *("--custom-compile-command", "make lock"),
        *wanted,
        *agree,
        *more,
        *("pyproject.toml", "--output-file", f"requirements/{file}.txt"),
    ]


def main() -> None:
    """Write every file of the lock."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    more = ["--upgrade"] if parser.parse_args().upgrade else []
    for file, extras in FILES.items():
        print(f"requirements/{file}.txt", flush=True)
        if subprocess.run(command(file, extras, *more), check=False, cwd=ROOT).returncode:
            sys.exit("the lock could not be made: see above; files that were made before are kept")


if __name__ == "__main__":
    main()
