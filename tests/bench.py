"""How fast it is, as ratios taken in one run on one machine (``make bench``). Nothing here is asserted.

Each row says what was measured, against what, and the ratio; the last column is what is aimed at. Absolute
times stand beside for the reader and mean nothing on another machine. Of every measurement the best of
several rounds counts, and what is compared is measured in turns, so that other work disturbs both alike.
"""

from __future__ import annotations

import gc
import hashlib
import itertools
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from iotassess.assess import assess
from iotassess.baseline.loader import ALL, DEFAULTS, load_catalogue
from iotassess.cli.main import COLLECT_AFTER
from iotassess.cli.options import parse_as_of
from iotassess.codec.keys import from_cryptography
from iotassess.evidence.alike import MOULDS
from iotassess.evidence.context import Candidate, Context
from iotassess.evidence.reading import read
from iotassess.evidence.trust import TrustStore, parse_anchor_spec
from iotassess.intake import Request
from iotassess.profile import load_profile

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "profiles" / "sensor-node"
SMALL = ROOT / "profiles" / "smart-plug"
TOKEN = (EXAMPLE / "evidence" / "psa-token.cbor").read_bytes()
EAT = (EXAMPLE / "evidence" / "eat.cbor").read_bytes()
NONCE = (EXAMPLE / "evidence" / "nonce.hex").read_text().strip()
ANCHOR = EXAMPLE / "anchors" / "attestation" / "attestation-device-1.pub.pem"
DAY = "2026-11-01"
AS_OF = parse_as_of(DAY)
BATCH = 300
DEVICES = 60
ROUNDS = 25
FLEET = 20_000
COLD_ROUNDS = 11


def best(*work: Callable[[], object], number: int = BATCH, rounds: int = ROUNDS) -> list[float]:
    """Seconds a call of each, the best of some rounds: what the code costs when nothing disturbs it."""
    times = [float("inf")] * len(work)
    for _ in range(rounds):
        for index, one in enumerate(work):
            start = time.perf_counter()
            for _ in range(number):
                one()
            times[index] = min(times[index], (time.perf_counter() - start) / number)
    return times


def context() -> Context:
    store = TrustStore.load([parse_anchor_spec(f"attestation={ANCHOR}")], example=True)
    return Context("token", store, AS_OF, bytes.fromhex(NONCE), read=read)  # as ``verify`` makes it


def one_model() -> tuple[Context, list[bytes]]:
    """Tokens of devices of one model, each with its own identifier, nonce, seed and signature."""
    private = ec.derive_private_key(0xBE7C4, ec.SECP256R1())
    protected, unprotected, payload, _ = cbor2.loads(TOKEN).value
    claims = cbor2.loads(payload)
    made = []
    for number in range(DEVICES):
        own = {
            name: hashlib.sha256(bytes((number, place))).digest() for place, name in enumerate((10, 256, 268))
        }
        inside = cbor2.dumps({**claims, **own, 256: b"\x01" + own[256]})
        der = private.sign(cbor2.dumps(["Signature1", protected, b"", inside]), ec.ECDSA(hashes.SHA256()))
        signature = b"".join(half.to_bytes(32) for half in utils.decode_dss_signature(der))
        made.append(cbor2.dumps(cbor2.CBORTag(18, [protected, dict(unprotected), inside, signature])))
    anchor = Candidate("bench", from_cryptography(private.public_key()), "user", "attestation", None)
    return Context("token", TrustStore([anchor]), AS_OF, read=read), made


def in_turn(work: Callable[[bytes], object], tokens: list[bytes]) -> Callable[[], object]:
    """Make a call that takes the next token each time, and begins again after the last."""
    following = itertools.cycle(tokens).__next__
    return lambda: work(following())


def bare_verification() -> Callable[[], object]:
    """The same signature with ``cryptography`` alone, everything prepared."""
    protected, _, payload, signature = cbor2.loads(TOKEN).value
    store = context().keys
    key = next(iter(store.candidates("attestation", "ES256", None))).key.material
    data = cbor2.dumps(["Signature1", protected, b"", payload])
    half = len(signature) // 2
    der = utils.encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))
    algorithm = ec.ECDSA(hashes.SHA256())
    return lambda: key.verify(der, data, algorithm)


def pycose_verification() -> Callable[[], object]:
    """Decoding and verification by pycose alone."""
    from pycose.keys import EC2Key
    from pycose.messages import Sign1Message

    store = context().keys
    numbers = next(iter(store.candidates("attestation", "ES256", None))).key.material.public_numbers()
    key = EC2Key(crv="P_256", x=numbers.x.to_bytes(32), y=numbers.y.to_bytes(32))

    def work() -> bool:
        array = cbor2.loads(TOKEN).value
        message = Sign1Message.from_cose_obj([array[0], dict(array[1]), array[2], array[3]], True)
        message.key = key
        return bool(message.verify_signature())

    return work


def tokens(count: int) -> float:
    """Seconds that one process takes for a number of tokens."""
    found = context()
    start = time.perf_counter()
    for _ in range(count):
        read(TOKEN, found)
    return time.perf_counter() - start


def two_processes() -> float:
    """How many times faster two processes are than one."""
    count = 4000
    one = min(tokens(count) for _ in range(3))
    with multiprocessing.get_context("fork").Pool(2) as pool:
        pool.map(tokens, [10, 10])
        start = time.perf_counter()
        pool.map(tokens, [count // 2, count // 2], chunksize=1)
        both = time.perf_counter() - start
    return one / both


def whole_assessment(example: Path) -> Callable[[], object]:
    loaded = load_profile(example / "good.yaml")
    catalogues = [load_catalogue(id) for id in DEFAULTS]
    request = Request(as_of=AS_OF, anchors=[parse_anchor_spec(str(example / "anchors"))])
    return lambda: assess(loaded, request, catalogues, tool_version="bench")


def cold(commands: dict[str, list[str]], rounds: int = COLD_ROUNDS) -> dict[str, float]:
    """Seconds of processor time that whole processes of Python take, the best of some rounds.

    They find compiled modules, as those of an installed package are; the first round compiles them.
    """
    times = dict.fromkeys(commands, float("inf"))
    with tempfile.TemporaryDirectory() as cache:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = cache
        for _ in range(rounds + 1):
            for name, arguments in commands.items():
                times[name] = min(times[name], _cold(arguments, environment))
    return times


def _cold(arguments: list[str], environment: dict[str, str]) -> float:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        [sys.executable, *arguments], stdout=quiet, stderr=quiet, cwd=ROOT, env=environment
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode > 1:
        raise SystemExit(f"{' '.join(arguments)} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def row(what: str, ratio: str, target: str, times: str = "") -> None:
    print(f"{what:<62} {ratio:>9}  {target:<8} {times}")


def measure_tokens() -> None:
    found, (store, devices) = context(), one_model()

    def unlike(token: bytes) -> object:
        MOULDS.forget()
        return read(token, store)

    work = in_turn(lambda token: read(token, store), devices), in_turn(unlike, devices)
    psa, first, eat, bare = best(*work, lambda: read(EAT, found), bare_verification())
    (theirs,) = best(pycose_verification(), number=20, rounds=5)
    times = f"{psa * 1e6:.0f} us, {bare * 1e6:.0f} us"
    row("one ES256 PSA token, rate / bare cryptography", f"{bare / psa:.2f}", ">= 0.70", times)
    row("one ES256 PSA token, rate / pycose's verification", f"{theirs / psa:.1f}", ">= 18",
        f"{theirs * 1e6:.0f} us")  # fmt: skip
    row("one that is unlike all before it, rate / bare cryptography", f"{bare / first:.2f}", "",
        f"{first * 1e6:.0f} us")  # fmt: skip
    row("one ES256 EAT, rate / bare cryptography", f"{bare / eat:.2f}", "", f"{eat * 1e6:.0f} us")
    row("two processes against one", f"{two_processes():.2f}", ">= 1.8")


def measure_assessments() -> None:
    small, large = best(whole_assessment(SMALL), whole_assessment(EXAMPLE), number=2, rounds=15)
    row("SUIT, token and image against three baselines, in ms", f"{small * 1e3:.1f}", "<= 8")
    row("every kind of artefact against three baselines, in ms", f"{large * 1e3:.1f}", "")


def measure_processes() -> None:
    anchor = ["-t", f"attestation={ANCHOR}", "--nonce", NONCE, "--as-of", DAY]
    tokens = EXAMPLE / "evidence"
    run = ["-m", "iotassess"]

    def assessing(example: Path, *baselines: str) -> list[str]:
        profile = [str(example / "good.yaml"), "-t", str(example / "anchors"), "--as-of", DAY]
        return [*run, "assess", *profile, *(word for id in baselines for word in ("-b", id))]

    def gating(example: Path) -> list[str]:
        nonce = (example / "evidence" / "nonce.hex").read_text().strip()
        profile = [str(example / "good.yaml"), "-t", str(example / "anchors"), "--as-of", DAY]
        return [*run, "gate", *profile, "--nonce", nonce, "--allow-example"]

    times = cold(
        {
            "typer": ["-c", "import typer"],
            "imports": ["-c", "import typer, pydantic, pycose.messages"],
            "version": [*run, "--version"],
            "psa": [*run, "verify", str(tokens / "psa-token.cbor"), *anchor],
            "eat": [*run, "verify", str(tokens / "eat.cbor"), *anchor],
            "one": assessing(SMALL, DEFAULTS[0]),
            "three": assessing(SMALL),
            "all": assessing(SMALL, ALL),
            "large": assessing(EXAMPLE),
            "gate": gating(SMALL),
            "large gate": gating(EXAMPLE),
        }
    )

    def compared(what: str, name: str, target: str, base: str = "imports") -> None:
        row(what, f"{times[name] / times[base]:.2f}", target, f"{times[name] * 1e3:.0f} ms")

    print(f"processes: import typer {times['typer'] * 1e3:.0f} ms, "
          f"import typer, pydantic, pycose {times['imports'] * 1e3:.0f} ms")  # fmt: skip
    compared("--version / import typer", "version", "<= 1.3", "typer")
    compared("verify, one PSA token / the imports", "psa", "<= 2.0")
    compared("verify, one EAT / the imports", "eat", "<= 2.0")
    compared("assess SUIT, token, image, one baseline / the imports", "one", "<= 2.6")
    compared("assess SUIT, token, image, the default three / the imports", "three", "<= 3.0")
    compared("assess every kind of artefact, the default three / the imports", "large", "<= 4.0")
    compared("gate SUIT, token, image, the default three / the imports", "gate", "<= 3.2")
    compared("gate every kind of artefact, the default three / the imports", "large gate", "<= 3.2")
    compared("assess SUIT, token, image, all baselines / one", "all", "<= 1.3", "one")


def measure_fleet() -> None:
    """A small fleet, from Parquet to Parquet; ``make curves`` has larger ones, and their memory."""
    sys.path.insert(0, str(ROOT))
    from tests import curves

    (bare,) = best(bare_verification(), rounds=5)
    seconds = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        curves.make_fleet(folder, FLEET)
        for workers in (0, 2):
            found = curves.tokens(workers)(FLEET, folder)
            seconds.append(found["seconds"])
            shutil.rmtree(folder / "out")
    one, two = seconds
    rate = f"{FLEET / one:,.0f} tokens/s"
    row("fleet verify, one process, rate / bare cryptography", f"{bare * FLEET / one:.2f}", "", rate)
    row(
        "fleet verify, two processes against one",
        f"{one / two:.2f}",
        ">= 1.8",
        f"{FLEET / two:,.0f} tokens/s",
    )


def main() -> None:
    """Measure and print."""
    gc.set_threshold(COLLECT_AFTER)  # as the command line has it
    row("what", "ratio", "target", "times")
    measure_tokens()
    measure_assessments()
    measure_processes()
    measure_fleet()


if __name__ == "__main__":
    main()
