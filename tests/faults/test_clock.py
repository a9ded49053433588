"""The clock: it gives the moment to judge at, once, and nothing else depends on it."""

import datetime
import json
import os
import types

import pytest

from iotassess.cli import options
from iotassess.cli.main import call
from iotassess.report.registry import FORMATS
from tests.examples import DAY, PROFILES, ROOT
from tests.examples import options as as_in_the_readme
from tests.faults.forking import job, single

GOOD = PROFILES / "smart-plug" / "good.yaml"
UTC = datetime.UTC


@pytest.fixture
def clock(monkeypatch):
    """Sets what the clock shows from one reading to the next, and counts the readings."""

    def shows(*moments):
        left = list(moments)

        class Clock(datetime.datetime):
            @classmethod
            def now(cls, tz=None):
                moment = left.pop(0) if left else pytest.fail("the clock is read again")
                if isinstance(moment, Exception):
                    raise moment
                return moment

        names = {"datetime": Clock, "UTC": UTC, "timedelta": datetime.timedelta}
        monkeypatch.setattr(options, "datetime", types.SimpleNamespace(**names))
        return left

    return shows


def told(capfd, *arguments):
    capfd.readouterr()
    code = call(list(map(str, arguments)))
    return code, *capfd.readouterr()


@pytest.mark.parametrize(
    "moment",
    [
        datetime.datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime.datetime(1, 1, 1, tzinfo=UTC),
        datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    ],
)
def test_a_clock_that_is_far_off_judges_as_at_that_moment_named(capfd, clock, moment):
    common = ["gate", GOOD, "-t", PROFILES / "smart-plug" / "anchors", "--allow-example", "-f", "json"]
    common += ["--max-age", "99999d"]
    clock(moment)
    by_clock = told(capfd, *common)
    named = told(capfd, *common, "--as-of", moment.replace(microsecond=0).isoformat())
    assert by_clock == named
    assert by_clock[0] == 1, "no token is fresh then, and no evidence of that day"
    assert json.loads(by_clock[1])["as_of"] == moment.date().isoformat()


@pytest.mark.parametrize(
    "fault", [ValueError("year 10000 is out of range"), OverflowError(), OSError(75, "x")]
)
def test_a_clock_without_a_date_is_told_and_can_be_done_without(capfd, clock, fault):
    clock(fault)
    code, out, err = told(capfd, "assess", GOOD)
    assert (code, out) == (2, "")
    assert err == (
        "iotassess: the clock of this machine shows no year from 1 to 9999\n  name the moment: --as-of DATE\n"
    )
    assert told(capfd, "assess", GOOD, "--as-of", DAY)[0] == 0


@pytest.mark.parametrize("command", ["assess", "gate", "verify", "explain"])
def test_the_clock_is_read_once_so_that_setting_it_back_changes_nothing(capfd, clock, command):
    first = datetime.datetime(2026, 11, 1, 12, tzinfo=UTC)
    what = {"verify": [PROFILES / "smart-plug" / "evidence" / "eat.cbor"], "explain": ["GP-TM-03", GOOD]}
    arguments = [command, *what.get(command, [GOOD]), "-f", "json"]
    left = clock(first)
    by_clock = told(capfd, *arguments)
    assert left == []
    clock()
    assert by_clock == told(capfd, *arguments, "--as-of", first.isoformat())


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_that_there_are_can_be_judged_at(capfd, tmp_path, day):
    policy = tmp_path / "policy.yaml"
    rules = (
        "certificates-outlast: 99999d",
        "support-lasts: 99999d",
        "evidence-recent: {attestation: 99999d}",
    )
    policy.write_text("schema: iotassess/policy/v1\nrules:\n" + "".join(f"  {rule}\n" for rule in rules))
    profile = PROFILES / "sensor-node" / "good.yaml"
    given = as_in_the_readme("sensor-node")
    given[given.index("--as-of") + 1] = day
    code, out, err = told(
        capfd, "gate", profile, *given, "--policy", policy, "--max-age", "99999d", "-f", "json"
    )
    assert (code, err) == (1, "")
    assert json.loads(out)["as_of"] == day


def test_neither_clock_nor_times_of_files_change_a_byte_of_any_report(tmp_path, plug):
    key = ROOT / "fixtures" / "keys" / "update-ed25519.key.pem"
    written = []
    strange = [(), ("-1", -(1 << 31)), ("nonsense", 1 << 33)]
    for number, each in enumerate(strange):
        folder = tmp_path / str(number)
        folder.mkdir()
        for path in plug.rglob("*") if each else ():
            os.utime(path, (each[1], each[1]))
        outputs = [part for row in FORMATS for part in ("-f", f"{row.id}={folder}/{row.id}")]
        environment = {"SOURCE_DATE_EPOCH": each[0]} if each else {}
        common = [plug / "good.yaml", "-t", plug / "anchors", "--as-of", DAY]
        bundle = ["bundle", *common, "--sign-with", key, "-o", folder / "b.zip"]
        ran = single(
            job("assess", *common, *outputs, environment=environment),
            job(*bundle, watch=folder, environment=environment),
        )
        assert [one.code for one in ran] == [0, 0]
        written.append(ran[1].files)
    assert len(written[0]) == len(FORMATS) + 1
    assert all(files == written[0] for files in written)
