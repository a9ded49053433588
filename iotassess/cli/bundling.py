"""``bundle create``, ``bundle verify`` and ``bundle show``: whole assessments packed, checked and listed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from iotassess.baseline.loader import ALL, DEFAULTS, SHIPPED, shipped_id
from iotassess.bundle.archive import MAX_TOTAL_BYTES
from iotassess.bundle.check import check, look
from iotassess.bundle.layout import GateFiles, Given
from iotassess.bundle.manifest import Manifest, tree
from iotassess.bundle.pack import Packed, pack
from iotassess.cli.asking import Asked
from iotassess.cli.gating import Terms, refuse_bad_usage
from iotassess.cli.loading import load, load_catalogues
from iotassess.cli.options import check_format, parse_as_of
from iotassess.cli.output import note, write_bytes, write_stdout
from iotassess.cli.overwriting import refuse_overwriting
from iotassess.cli.signing import signing_key
from iotassess.codec.signing import SigningKey
from iotassess.errors import ProfileError, UsageError
from iotassess.evidence.trust import TrustStore, parse_anchor_spec
from iotassess.policy.old_result import read_result
from iotassess.policy.policy import Policy
from iotassess.policy.reading import load_policy
from iotassess.policy.waivers import load_waivers
from iotassess.report import artefact_json, bundle_json, bundle_text
from iotassess.report.escape import inert, safe


class Pack(NamedTuple):
    """How a bundle is to be made, as on the command line."""

    output: Path
    sign_with: Path
    baselines: Sequence[str]
    gate: bool


def create(profile: Path, asked: Asked, terms: Terms, wanted: Pack) -> None:
    """Pack an assessment, and say what was packed; parameters as on the command line.

    Raises:
        UsageError: an option, or a file that is named, is unusable, or cannot be packed.
        ProfileError: the profile is invalid.
    """
    request = asked.request()
    gate = _gate(terms, wanted)
    if terms.waivers is not None:
        load_waivers(terms.waivers)  # what is wrong with it is told by its name on this machine
    policy = Policy() if gate is None or gate.policy is None else load_policy(gate.policy)
    request = request.with_anchors(policy.anchors)
    baselines = _named(wanted.baselines or policy.baselines)
    try:
        loaded = load(profile)
    except ProfileError:
        refuse_bad_usage(request)
        signing_key(wanted.sign_with, example=True)
        raise
    key = signing_key(wanted.sign_with, example=loaded.profile.example)
    if gate is not None and policy.baselines:
        gate = gate._replace(baselines=_named(policy.baselines))
    own = (profile, terms.policy, terms.waivers, terms.against, wanted.sign_with, *asked.denylists)
    names = (*wanted.baselines, *policy.baselines)
    refuse_overwriting([wanted.output], request, (*own, *map(Path, names)), loaded)
    given = Given(request, baselines, tuple(asked.denylists), terms.waivers, gate)
    packed = pack(loaded, given, key)
    for text in packed.notes:
        note(safe(text))
    write_bytes(wanted.output, packed.data)
    write_stdout(_summary(wanted.output, packed, key))


def _gate(terms: Terms, wanted: Pack) -> GateFiles | None:
    """What the gate is asked: it is asked where one of its options is given."""
    asks = (wanted.gate, terms.policy, terms.against, terms.strict, terms.allow_example)
    if not any(asks):
        return None
    if terms.against is not None:
        read_result(terms.against)
    return GateFiles(terms.policy, (), terms.against, terms.strict, terms.allow_example)


def _named(baselines: Sequence[str]) -> tuple[str, ...]:
    """The baselines as a bundle names them: shipped ones by their whole id; others stay files."""
    load_catalogues(baselines)
    names = [id for name in baselines or DEFAULTS for id in (SHIPPED if name == ALL else (name,))]
    return tuple(dict.fromkeys(shipped_id(name) or name for name in names))


def _summary(file: Path, packed: Packed, key: SigningKey) -> str:
    gate = packed.made.assessment.gate
    asked = "" if gate is None else f", gate {'passed' if gate.passed else 'FAILED'}"
    lines = (
        f"{file}: {len(packed.manifest.files)} files, {len(packed.data)} bytes{asked}",
        f"  manifest {packed.manifest_sha256}",
        f"  signed with {key.alg} by {key.thumbprint}",
        f"  readers name your public key: iotassess bundle verify {file.name} -t results=KEY",
    )
    return "".join(f"{inert(safe(line))}\n" for line in lines)


def verify(
    file: Path, *, anchors: Sequence[str], as_of: str | None, allow_unsigned: bool, format: str
) -> int:
    """Check a bundle, print what was found, and give the exit code; parameters as on the command line.

    Raises:
        UsageError: an option is wrong, or the file is missing.
    """
    check_format(format)
    moment = parse_as_of(as_of)
    specs = [parse_anchor_spec(text) for text in anchors]
    for text in TrustStore.load(specs).notes:
        note(safe(text))
    found = check(str(file), _read(file), specs, moment, allow_unsigned=allow_unsigned)
    write_stdout(bundle_json.render(found) if format == "json" else bundle_text.render(found))
    if not found.readable:
        return 3
    return 0 if found.accepted else 1


def show(file: Path, *, format: str) -> None:
    """Print what a bundle says of itself; parameters as on the command line.

    Raises:
        UsageError: the file is missing.
        UnreadableBundle: it is no bundle.
    """
    check_format(format)
    manifest = look(_read(file))
    if format == "json":
        write_stdout(artefact_json.dumps(tree(manifest)))
    else:
        write_stdout("".join(f"{inert(safe(line))}\n" for line in _listing(file, manifest)))


def _listing(file: Path, manifest: Manifest) -> list[str]:
    call = manifest.call
    command = "assess" if call.gate is None else "gate"
    lines = [
        f"{file}: what it says of itself; `iotassess bundle verify` checks it",
        f"  made by iotassess {manifest.tool_version}: `{command}` of {call.profile}",
        f"  as of {call.as_of.start.isoformat()} to {call.as_of.end.isoformat()}",
    ]
    if call.max_age is not None:
        seconds = int(call.max_age.total_seconds())
        lines.append(f"  tokens up to {bundle_text.age(seconds)} old count as fresh (the maker's choice)")
    lines += [f"  catalogue {row.id} {row.edition} {row.sha256}" for row in manifest.catalogues]
    lines += [f"  challenge {one.value.hex()} for {one.artefact or 'all artefacts'}" for one in call.nonces]
    lines += [f"  {row.role:<15} {row.size:>9} {row.sha256[:16]} {row.path}" for row in manifest.files]
    return lines


def _read(file: Path) -> bytes:
    """Read the file, and of one that is too large only what shows that it is."""
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_TOTAL_BYTES + 1)
    except (OSError, ValueError) as fault:  # ValueError: a NUL in the path
        raise UsageError(
            f"{file} cannot be read: {getattr(fault, 'strerror', None) or fault}",
            hint="name a file that `iotassess bundle` wrote",
        ) from None
