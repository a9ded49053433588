"""The program as it is started: its streams, its environment, its exit codes."""

import os
import signal
import subprocess
import sys
import time

import pytest

import iotassess
from tests.examples import DAY, PROFILES, ROOT, options

PROGRAM = [sys.executable, "-m", "iotassess"]
NODE = PROFILES / "sensor-node"


def shell(command, cwd, **environment):
    """Run a shell command line in which $iotassess is the program."""
    settings = {**os.environ, "iotassess": " ".join(PROGRAM), **environment}
    done = subprocess.run(["bash", "-c", command], capture_output=True, cwd=cwd, env=settings, timeout=120)
    assert b"Traceback" not in done.stderr
    return done


def test_the_version_is_told(process):
    ran = process("--version")
    assert (ran.code, ran.out, ran.err) == (0, f"iotassess {iotassess.__version__}\n", "")


@pytest.mark.parametrize(
    "arguments", [["--help"], ["-h"], ["assess", "--help"], ["verify", "-h"], ["list", "-h"]]
)
def test_help_is_exit_0_on_standard_output(process, arguments):
    ran = process(*arguments)
    assert ran.code == 0
    assert "Usage: iotassess" in ran.out


@pytest.mark.parametrize("arguments", [["--no-such"], ["nonsense"], ["assess"], ["list"]])
def test_a_command_line_that_is_none_is_exit_2(process, arguments):
    ran = process(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "Usage: iotassess" in ran.err


def test_without_arguments_the_commands_are_shown(process):
    ran = process()
    assert ran.code == 2
    assert "assess" in ran.out + ran.err


def test_an_assessment_from_another_folder_names_files_as_they_were_given(process):
    ran = process("assess", NODE / "good.yaml", *options("sensor-node"), cwd=ROOT / "docs")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("product: Example Sensing SN-33")
    assert str(ROOT) not in ran.out


def test_a_profile_in_the_working_folder(process):
    ran = process("assess", "good.yaml", "-t", "anchors", "--as-of", DAY, "-f", "json", cwd=NODE)
    assert ran.code == 0
    assert ran.json["profile"]["path"] == "good.yaml"
    assert ran.json["artefacts"][0]["path"] == "evidence/update.suit"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["assess", "no.yaml"], 2),
        (["assess", NODE / "evidence/eat.cbor"], 3),
        (["verify", ROOT / "fixtures/negative/psa/signature-bit-flipped.cbor"], 1),
        (["verify", ROOT / "fixtures/negative/cbor/unrecognised.bin"], 3),
        (["inspect", NODE / "evidence"], 0),
        (["validate", NODE / "good.yaml"], 0),
    ],
)
def test_exit_codes_reach_the_shell(process, arguments, code):
    assert process(*arguments).code == code


# --- the environment ----------------------------------------------------------------------------


ENVIRONMENTS = [
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": None, "COLUMNS": None},
    {"LC_ALL": "POSIX", "HOME": None, "USER": None, "TERM": None, "PYTHONHASHSEED": "1", "COLUMNS": None},
    {"PYTHONIOENCODING": "latin-1", "HOME": "/nonexistent", "COLUMNS": "nonsense", "PYTHONHASHSEED": "2"},
    {"PYTHONIOENCODING": "ascii:strict", "TERM": "dumb", "TZ": "Pacific/Kiritimati", "COLUMNS": None},
]


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_environment_changes_a_byte_of_a_report(process, form):
    arguments = ["assess", NODE / "flawed.yaml", *options("sensor-node"), "-f", form]
    first, *others = (process(*arguments, **environment) for environment in ENVIRONMENTS)
    assert first.code == 0
    assert "\N{MIDDLE DOT}" in first.out or form == "json"
    for other in others:
        assert other == first


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-16", "cp037"])
def test_an_error_can_be_told_in_any_encoding(encoding):
    settings = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run([*PROGRAM, "list", "é€"], capture_output=True, env=settings, timeout=60)
    assert done.returncode == 2
    assert "list: got 'é" in done.stderr.decode(encoding).replace("\\xe9", "é")


def test_a_file_name_that_is_no_text_is_read_and_told(tmp_path):
    name = os.fsencode(tmp_path) + b"/caf\xe9.suit"
    with open(name, "wb") as stream:  # noqa: PTH123 - the name is bytes
        stream.write((NODE / "evidence/update.suit").read_bytes())
    for form in ("text", "json"):
        done = subprocess.run([*PROGRAM, "inspect", name, "-f", form], capture_output=True, timeout=60)
        assert done.returncode == 0
        assert b"caf\\udce9.suit" in done.stdout


# --- colour -------------------------------------------------------------------------------------


def in_a_terminal(arguments, **environment):
    """Run the program with its standard output on a terminal."""
    pty = pytest.importorskip("pty")
    main, other = pty.openpty()
    settings = {**os.environ, "TERM": "xterm", **environment}
    settings.pop("NO_COLOR", None) if "NO_COLOR" not in environment else None
    running = subprocess.Popen([*PROGRAM, *map(str, arguments)], stdout=other, stdin=other, env=settings)
    os.close(other)
    shown = b""
    try:
        while chunk := os.read(main, 65536):
            shown += chunk
    except OSError:  # the other side was closed
        pass
    os.close(main)
    assert running.wait(60) == 0
    return shown.decode()


def test_a_terminal_gets_colour(tmp_path):
    shown = in_a_terminal(["assess", NODE / "flawed.yaml", *options("sensor-node")])
    assert "\x1b[1;31m" in shown


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_that_wants_no_colour_gets_none(tmp_path, environment):
    shown = in_a_terminal(["assess", NODE / "flawed.yaml", *options("sensor-node")], **environment)
    assert "contradicted" in shown
    assert "\x1b" not in shown


# --- streams ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        "$iotassess list requirements | head -n 1",
        "$iotassess schema profile | head -c 10",
        f"$iotassess assess {NODE}/good.yaml -f json | head -n 1",
        "$iotassess list requirements | true",
        "$iotassess --version | true",
        "$iotassess --help | true",
    ],
)
def test_a_reader_that_goes_away_is_no_error(tmp_path, command):
    done = shell(f"{command}; exit ${{PIPESTATUS[0]}}", tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("$iotassess list formats >&-", 0),
        ("$iotassess --version >&-", 0),
        (f"$iotassess assess {NODE}/good.yaml >&-", 0),
        ("$iotassess list nothing 2>&-", 2),
        ("$iotassess list nothing 2>/dev/full", 2),
        ("$iotassess list formats <&- >&- 2>&-", 0),
    ],
)
def test_a_stream_that_is_closed_is_no_error(tmp_path, command, code):
    assert shell(command, tmp_path).returncode == code


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full device here")  # noqa: PTH110
def test_a_full_disk_behind_standard_output_is_exit_2(tmp_path):
    done = shell("$iotassess list requirements >/dev/full", tmp_path)
    assert done.returncode == 2
    assert b"cannot write to standard output: No space left on device" in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_an_interrupt_ends_it_without_a_traceback(tmp_path):
    os.mkfifo(tmp_path / "never")
    # Reading the profile waits for a writer that never writes.
    running = subprocess.Popen(
        [*PROGRAM, "assess", "never"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        # Where tests run in the background, interrupts are ignored, and that is handed down.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads here
    )
    writer = None
    try:
        for _ in range(600):  # until it waits there: an interrupt before that is Python's own matter
            try:
                writer = os.open(tmp_path / "never", os.O_WRONLY | os.O_NONBLOCK)
                break
            except OSError:
                time.sleep(0.1)
        assert writer is not None
        time.sleep(0.3)
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 130
        assert "Traceback" not in running.stderr.read()
    finally:
        running.kill()
        running.wait()
        running.stderr.close()
        if writer is not None:
            os.close(writer)


@pytest.mark.parametrize("token", ["psa-token.cbor", "eat.cbor"])
def test_who_verifies_a_token_does_not_wait_for_the_parsers_of_other_things(token):
    anchor = NODE / "anchors" / "attestation" / "attestation-device-1.pub.pem"
    heavy = ("yaml", "asn1crypto", "cryptography.x509", "iotassess.model.profile")
    program = (
        "import sys\n"
        "from iotassess.cli.main import call\n"
        "code = call(sys.argv[1:])\n"
        f"print(code, [name for name in {heavy!r} if name in sys.modules], file=sys.stderr)\n"
    )
    nonce = (NODE / "evidence" / "nonce.hex").read_text().strip()
    named = ["-t", f"attestation={anchor}", "--nonce", nonce, "--as-of", DAY]
    arguments = ["verify", NODE / "evidence" / token, *named]
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)], capture_output=True, timeout=120
    )
    # The example's keys are published, which is an error for everybody but the example itself.
    assert done.stderr.decode().splitlines()[-1] == "1 []"
