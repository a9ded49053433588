"""``python -m iotassess``."""

from iotassess.cli.main import run

run()
