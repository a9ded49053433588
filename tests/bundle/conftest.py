"""Command lines about bundles, run in this process."""

import pytest

from iotassess.cli.main import call
from tests.bundle.making import example


@pytest.fixture
def run(capfd):
    """Runs a command line in this process; gives exit code, standard output and error."""

    def runs(*arguments):
        capfd.readouterr()
        code = call([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        assert "a bug in iotassess" not in err
        return code, out, err

    return runs


@pytest.fixture
def made(tmp_path):
    """The example bundle as a file."""
    file = tmp_path / "sn33.bundle"
    file.write_bytes(example())
    return file
