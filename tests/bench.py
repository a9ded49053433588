"""How fast it is, as ratios taken in one run on one machine (``make bench``). Nothing here is asserted.

Each row says what was measured, against what, and the ratio; the last column is what is aimed at. Absolute
times stand beside for the reader and mean nothing on another machine.
"""

from __future__ import annotations

import multiprocessing
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from iotassess.assess import assess
from iotassess.baseline.loader import ALL, DEFAULTS, load_catalogue
from iotassess.cli.options import parse_as_of
from iotassess.evidence.context import Context
from iotassess.evidence.reading import read
from iotassess.evidence.trust import TrustStore, parse_anchor_spec
from iotassess.evidence.verification import parse_nonce
from iotassess.intake import Request
from iotassess.profile import load_profile

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "profiles" / "sensor-node"
TOKEN = (EXAMPLE / "evidence" / "psa-token.cbor").read_bytes()
NONCE = (EXAMPLE / "evidence" / "nonce.hex").read_text().strip()
ANCHOR = EXAMPLE / "anchors" / "attestation" / "attestation-device-1.pub.pem"
AS_OF = parse_as_of("2026-11-01")
BATCH = 1000
ROUNDS = 7


def best(work: Callable[[], object], number: int = BATCH, rounds: int = ROUNDS) -> float:
    """Seconds a call, the best of some rounds: what the code costs when nothing disturbs it."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(number):
            work()
        times.append((time.perf_counter() - start) / number)
    return min(times)


def context() -> Context:
    store = TrustStore.load([parse_anchor_spec(f"attestation={ANCHOR}")], example=True)
    return Context("token", store, AS_OF, bytes.fromhex(NONCE))


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


def whole_assessment() -> Callable[[], object]:
    loaded = load_profile(EXAMPLE / "good.yaml")
    catalogues = [load_catalogue(id) for id in DEFAULTS]
    request = Request(
        as_of=AS_OF,
        anchors=[parse_anchor_spec(str(EXAMPLE / "anchors"))],
        nonces=[parse_nonce(NONCE)],
    )
    return lambda: assess(loaded, request, catalogues, tool_version="bench")


def cold(*arguments: str, rounds: int = 7) -> float:
    """Seconds of a whole process, the median of some rounds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True, cwd=ROOT)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def row(what: str, ratio: str, target: str, times: str) -> None:
    print(f"{what:<58} {ratio:>9}  {target:<12} {times}")


def main() -> None:
    """Measure and print."""
    print(f"{'what':<58} {'ratio':>9}  {'target':<12} times")
    found = context()
    ours, bare = best(lambda: read(TOKEN, found)), best(bare_verification())
    theirs = best(pycose_verification(), number=50, rounds=3)
    row("one ES256 PSA token, rate / bare cryptography", f"{bare / ours:.2f}", ">= 0.70",
        f"{ours * 1e6:.0f} us, {bare * 1e6:.0f} us")  # fmt: skip
    row(
        "one ES256 PSA token, rate / pycose's verification",
        f"{theirs / ours:.1f}",
        ">= 18",
        f"{theirs * 1e6:.0f} us",
    )
    row("two processes against one", f"{two_processes():.2f}", ">= 1.8", "")
    whole = best(whole_assessment(), number=5, rounds=5)
    row(f"whole assessment in process, {len(DEFAULTS)} baseline(s), in ms", f"{whole * 1e3:.1f}", "<= 8", "")
    typer, base = cold("-c", "import typer"), cold("-c", "import typer, pydantic, pycose.messages")
    version = cold("-m", "iotassess", "--version")
    row(
        "--version / import typer",
        f"{version / typer:.2f}",
        "<= 1.3",
        f"{version * 1e3:.0f} ms, {typer * 1e3:.0f} ms",
    )
    example = str(EXAMPLE / "good.yaml"), "-t", str(EXAMPLE / "anchors"), "--as-of", "2026-11-01"
    one = cold("-m", "iotassess", "assess", *example, "-b", DEFAULTS[0])
    three = cold("-m", "iotassess", "assess", *example)
    every = cold("-m", "iotassess", "assess", *example, "-b", ALL)
    imports = f"{base * 1e3:.0f} ms"
    row("cold assess, one baseline / import typer, pydantic, pycose", f"{one / base:.2f}", "<= 2.6",
        f"{one * 1e3:.0f} ms, {imports}")  # fmt: skip
    row("cold assess, the default three / the same imports", f"{three / base:.2f}", "<= 3.0",
        f"{three * 1e3:.0f} ms, {imports}")  # fmt: skip
    row("cold assess, all baselines / one", f"{every / one:.2f}", "<= 1.3", f"{every * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
