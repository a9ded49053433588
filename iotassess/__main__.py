"""``python -m iotassess``."""

import os

try:
    from iotassess.cli.main import run
except KeyboardInterrupt:  # loading is half of a short run, and whoever interrupts it wants no traceback
    os._exit(130)

run()
