#!/usr/bin/env bash
# First step of action.yml: iotassess from the checkout of the action, in an environment of its own.
#
# Reads IOTASSESS_PYTHON (interpreter), and GITHUB_ACTION_PATH and RUNNER_TEMP of the service. pip takes its own
# settings (PIP_INDEX_URL, PIP_CONSTRAINT …) from the environment.
set -euo pipefail

python=${IOTASSESS_PYTHON:-python3}
venv=$RUNNER_TEMP/iotassess-venv
from=$GITHUB_ACTION_PATH

# The action may be used more than once in a job.
if [[ -f $venv/installed-from && $(<"$venv/installed-from") == "$from" ]]; then
  exit 0
fi

# -I everywhere: the current folder is the release's, and Python would run a venv.py or pip.py in it.
if ! "$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo 'iotassess needs Python 3.11 or later; name one with the input "python", or set one up before' >&2
  exit 2
fi
"$python" -I -m venv --clear -- "$venv"
"$venv/bin/python" -I -m pip install --quiet --disable-pip-version-check -- "$from"
printf '%s\n' "$from" >"$venv/installed-from"
