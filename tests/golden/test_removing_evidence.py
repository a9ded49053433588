"""Twelve kinds of artefact for one product, assessed together: each carries what rests on it, and no more.

What is taken away lowers only what had it among its claims, or another artefact that rests on it. Each kind
makes a difference, alone or where nothing else shows the same. What is added of another product, or by
nobody, raises nothing.
"""

from __future__ import annotations

import functools
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from iotassess.assess import assess
from iotassess.baseline.catalogue import Catalogue
from iotassess.baseline.loader import load_catalogue
from iotassess.evidence.anchor_files import AnchorSpec
from iotassess.model.assessment import Assessment, PartResult
from iotassess.profile import load_profile
from tests.examples import PROFILES, ROOT, copy, edit, request

NODE = "sensor-node"
FIXTURES = ROOT / "fixtures"
BASELINES = (
    "enisa-gp-tm",
    "enisa-baseline",
    "etsi-en-303-645@3.1.3",
    "etsi-en-303-645@2.1.1",
    "nist-ir-8259a",
    "nist-ir-8425",
)

IMAGES = ("bl2.bin", "tfm-s.bin", "app.bin")
SIGNATURE = "sn33.p7s"
KINDS = {
    "suit-envelope": ("update.suit",),
    "psa-token": ("psa-token.cbor",),
    "eat-cwt": ("eat.cbor",),
    "corim": ("reference.corim",),
    "coswid": ("app.coswid",),
    "mud": ("sn33.json", SIGNATURE),
    "mcuboot-image": ("app.signed.bin",),
    "ear": ("result.jwt",),
    "suit-report": ("update-report.cbor",),
    "brski-voucher": ("voucher.vcj",),
    "x509-chain": ("device.pem",),
    "firmware-image": IMAGES,
}
"""Kind → the files of that kind that the example hands in."""

REMOVALS = {**KINDS, "signature of the mud": (SIGNATURE,), **{f"image {name}": (name,) for name in IMAGES}}

RESTING = {
    "update.suit": {"update-report.cbor", *IMAGES},  # the report is about it, the images have its digests
    "psa-token.cbor": {"result.jwt"},  # another verifier's result on this token, which it holds
    SIGNATURE: {"sn33.json"},  # whose signature it is
}
"""File → the artefacts that are bound, or authenticated, by it. Every other one stands by itself."""

SAME = {"coswid": ("suit-envelope", "corim", "mcuboot-image", "firmware-image")}
"""Kind → kinds that show the same, without which it makes a difference."""

DISAGREEING = {
    "x509-chain": ('identity_key: "ff2f', 'identity_key: "ef2f', "instance-key-mismatch"),
    "firmware-image": ("size: 3072", "size: 3073", "image-digest-mismatch"),
}
"""Kinds on which no answer of the example rests: an edit of the profile, and what they say against it.

A certificate is held against the profile, and no baseline asks for one. What an image shows is what the
manifest says of it, or else a discrepancy.
"""

RANKS = ("unmet", "indeterminate", "weaker", "met")
"""Outcomes from the worst to the best; not-applicable stands beside them."""

VERDICTS = ("contradicted", "not-satisfied", "not-assessed", "partial", "declared", "verified")
LEVELS = ("L0", "L1", "L2", "L3", "L4")

Key = tuple[object, ...]
"""Baseline, requirement, index of the part, and indices of the arms in it."""


class Run(NamedTuple):
    """One assessment, and its parts."""

    assessment: Assessment
    parts: dict[Key, PartResult]


def _parts(key: Key, parts: Sequence[PartResult]) -> Iterator[tuple[Key, PartResult]]:
    for index, part in enumerate(parts):
        yield (*key, index), part
        yield from _parts((*key, index), part.arms)


@functools.cache
def catalogues() -> list[Catalogue]:
    return [load_catalogue(name) for name in BASELINES]


def anchors() -> list[AnchorSpec]:
    """The anchors of both products: what another product signed is authenticated, too."""
    return [AnchorSpec(PROFILES / product / "anchors", None) for product in (NODE, "smart-plug")]


def without(profile: Path, files: Iterable[str]) -> None:
    """Take files out of the profile's evidence."""
    text = profile.read_text()
    for file in files:
        entry = rf"^  - (?:artefact|image): evidence/{re.escape(file)}\b.*\n(?:    .*\n)*"
        text, times = re.subn(entry, "", text, flags=re.MULTILINE)
        assert times == 1, file
    profile.write_text(text)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Run]:
    """Assesses the good sensor node without some files, and with others that the user names."""

    @functools.cache
    def assessed(
        removed: tuple[str, ...] = (), added: tuple[Path, ...] = (), change: tuple[str, str] | None = None
    ) -> Run:
        folder = copy(NODE, tmp_path_factory.mktemp("run"))
        without(folder / "good.yaml", removed)
        edit(folder / "good.yaml", *([change] if change else []))
        asked = request(NODE, *added, folder=folder, anchors=anchors())
        found = assess(load_profile(folder / "good.yaml"), asked, catalogues(), tool_version="0")
        shutil.rmtree(folder)
        parts = {
            key: part
            for result in found.baselines
            for row in result.requirements
            for key, part in _parts((result.id, row.id), row.parts)
        }
        return Run(found, parts)

    return assessed


def files_of(kinds: Iterable[str]) -> tuple[str, ...]:
    return tuple(file for kind in kinds for file in KINDS[kind])


def differing(before: Run, after: Run) -> list[Key]:
    """Parts that are answered in another way, or by a better or a worse grade."""
    assert before.parts.keys() == after.parts.keys()
    return [
        key
        for key, part in before.parts.items()
        if (part.outcome, part.grade) != (after.parts[key].outcome, after.parts[key].grade)
    ]


def rests_on(part: PartResult, files: Iterable[str]) -> bool:
    """Whether a part has a claim of one of these files."""
    return not {c.source.artefact for c in part.claims}.isdisjoint(f"evidence/{file}" for file in files)


def risen(before: Run, after: Run) -> list[object]:
    """Everything that is better than before: parts, requirements, baselines."""
    found: list[object] = []
    for key, part in before.parts.items():
        other = after.parts[key]
        if other.grade > part.grade or _better(RANKS, part.outcome, other.outcome):
            found.append((key, part.probe, (part.outcome, part.grade), (other.outcome, other.grade)))
    for old, new in zip(before.assessment.baselines, after.assessment.baselines, strict=True):
        if new.proven > old.proven or new.claimed > old.claimed or _better(LEVELS, old.level, new.level):
            found.append((new.id, new.level, new.proven, new.claimed))
        for row, other_row in zip(old.requirements, new.requirements, strict=True):
            if other_row.grade > row.grade or _better(VERDICTS, row.verdict, other_row.verdict):
                found.append((old.id, row.id, row.verdict, other_row.verdict))
    return found


def _better(order: Sequence[str], old: str, new: str) -> bool:
    """Whether a word is a better one; one that stands beside the order must stay what it is."""
    if old not in order or new not in order:
        return old != new
    return order.index(new) > order.index(old)


def vectors(found: Run) -> dict[str, tuple[object, ...]]:
    """Token → what our own appraisal makes of it."""
    return {
        a.token: (a.status, *((e.category, e.value) for e in a.entries)) for a in found.assessment.appraisals
    }


each_removal = pytest.mark.parametrize("name", REMOVALS)
each_kind = pytest.mark.parametrize("kind", KINDS)


# --- together --------------------------------------------------------------------------------------


def test_the_bundle_has_more_than_eight_kinds_each_of_them_authenticated(run) -> None:
    found = run().assessment
    shown = {artefact.kind for artefact in found.artefacts}
    assert shown == set(KINDS)
    assert len(shown) >= 8
    assert {a.path for a in found.artefacts if (a.grade or 0) < 4 or a.binding != "bound"} == set()
    assert found.discrepancies == ()


def test_the_table_has_every_file_that_the_example_hands_in() -> None:
    listed = re.findall(
        r"^  - (?:artefact|image): evidence/(\S+)", (PROFILES / NODE / "good.yaml").read_text(), re.M
    )
    assert sorted(listed) == sorted(files_of(KINDS))


# --- taken away ------------------------------------------------------------------------------------


@each_removal
def test_nothing_rises_when_an_artefact_is_taken_away(run, name: str) -> None:
    assert risen(run(), run(REMOVALS[name])) == []


@each_removal
def test_only_what_rested_on_it_changes(run, name: str) -> None:
    files = {*REMOVALS[name], *(other for file in REMOVALS[name] for other in RESTING.get(file, ()))}
    full, less = run(), run(REMOVALS[name])
    changed = differing(full, less)
    assert [(key, full.parts[key].probe) for key in changed if not rests_on(full.parts[key], files)] == []


@each_removal
def test_only_what_is_bound_by_it_loses_its_own_grade(run, name: str) -> None:
    resting = {f"evidence/{other}" for file in REMOVALS[name] for other in RESTING.get(file, ())}
    before = {a.path: (a.grade, a.binding) for a in run().assessment.artefacts}
    after = {a.path: (a.grade, a.binding) for a in run(REMOVALS[name]).assessment.artefacts}
    gone = {f"evidence/{file}" for file in REMOVALS[name]}
    assert before.keys() - after.keys() == gone - {f"evidence/{SIGNATURE}"}
    assert {path for path in after if after[path] != before[path]} == resting - gone


@each_removal
def test_no_disagreement_comes_of_silence(run, name: str) -> None:
    assert run(REMOVALS[name]).assessment.discrepancies == ()


@each_removal
def test_only_appraisals_that_refer_to_it_change(run, name: str) -> None:
    full, less = run(), run(REMOVALS[name])
    gone = {f"evidence/{file}" for file in REMOVALS[name]}
    before, after = vectors(full), vectors(less)
    assert before.keys() - after.keys() <= gone
    referring = {
        a.token for a in full.assessment.appraisals if not gone.isdisjoint(r.path for r in a.references)
    }
    assert {token for token in after if after[token] != before[token]} <= referring


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in DISAGREEING])
def test_each_makes_a_difference_alone_or_where_nothing_else_shows_the_same(run, kind: str) -> None:
    beside = files_of(SAME.get(kind, ()))
    full, less = run(beside), run((*beside, *KINDS[kind]))
    lost = [
        key
        for key in differing(full, less)
        if (less.parts[key].grade, RANKS.index(less.parts[key].outcome))
        < (full.parts[key].grade, RANKS.index(full.parts[key].outcome))
    ]
    assert lost or vectors(less) != vectors(full)


@pytest.mark.parametrize("kind", SAME)
def test_what_others_show_as_well_is_not_lost_with_one_of_them(run, kind: str) -> None:
    full, less = run(), run(KINDS[kind])
    assert differing(full, less) == []
    assert any(rests_on(part, KINDS[kind]) for part in full.parts.values())


@pytest.mark.parametrize("kind", DISAGREEING)
def test_what_supports_no_answer_of_its_own_has_its_say_against_the_profile(run, kind: str) -> None:
    *change, id = DISAGREEING[kind]
    assert differing(run(), run(KINDS[kind])) == []
    told = run((), (), tuple(change)).assessment.discrepancies
    left = run(KINDS[kind], (), tuple(change)).assessment.discrepancies
    about = {f"evidence/{file}" for file in KINDS[kind]}
    assert {d.id for d in told if about & {c.source.artefact for c in d.evidenced}} == {id}
    assert not {c.source.artefact for d in left for c in d.evidenced} & about


def test_measurements_stay_fresh_by_any_of_their_references_and_by_none_no_longer(run) -> None:
    others = files_of(("suit-envelope", "mcuboot-image", "firmware-image"))
    probes = {
        key: part
        for key, part in run(others).parts.items()
        if part.probe == "software-measured" and part.outcome == "met"
    }
    assert probes
    for key, part in probes.items():
        assert part.grade == run().parts[key].grade == 5
        assert run((*others, *files_of(("corim", "coswid")))).parts[key].grade == 4


def test_all_of_them_taken_away_leave_what_is_declared_and_documented(run) -> None:
    bare = run(files_of(KINDS))
    assert max(part.grade for part in bare.parts.values()) == 1
    assert all(result.proven == 0 for result in bare.assessment.baselines)
    assert risen(run(), bare) == []


# --- added -----------------------------------------------------------------------------------------

FROM_ELSEWHERE = {
    "manifest of another product": ("suit-envelope", ("../profiles/smart-plug/evidence/update.suit",)),
    "manifest of another class": ("suit-envelope", ("discrepant/other-class.suit",)),
    "manifest of another vendor": ("suit-envelope", ("discrepant/other-vendor.suit",)),
    "token of another product": ("eat-cwt", ("../profiles/smart-plug/evidence/eat.cbor",)),
    "token of a gateway": ("psa-token", ("../profiles/sensor-node/evidence/flawed-other-product.psa.cbor",)),
    "description of another product": ("mud", ("discrepant/other-url.json", "discrepant/other-url.p7s")),
    "description of another release": (
        "mud", ("discrepant/other-release.json", "discrepant/other-release.p7s"),
    ),
}  # fmt: skip
"""Artefacts in order of another product or release, and the kind in whose place they would be."""

BY_NOBODY = {
    "suit-envelope": ("discrepant/unsigned.suit",),
    "psa-token": ("negative/psa/signature-bit-flipped.cbor",),
    "eat-cwt": ("negative/eat/signed-by-rogue-key.cbor",),
    "corim": ("good/variants/corim-unsigned.cbor",),
    "coswid": ("good/variants/coswid-tagged.cbor",),
    "mud": ("negative/mud/unsigned.json",),
    "mcuboot-image": ("discrepant/unsigned.bin",),
    "ear": ("good/variants/ear.json",),
    "suit-report": ("good/variants/suit-report-bare.cbor",),
    "brski-voucher": ("negative/brski/signature-bit-flipped.vcj",),
    "x509-chain": ("negative/x509/untrusted.pem",),
}
"""Kind → a copy without signature, or with one that nobody's key verifies."""


def paths(names: Iterable[str]) -> tuple[Path, ...]:
    return tuple(FIXTURES / name for name in names)


def test_every_kind_that_can_be_signed_has_a_copy_by_nobody() -> None:
    assert set(BY_NOBODY) | {"firmware-image"} == set(KINDS)


@pytest.mark.parametrize("name", FROM_ELSEWHERE)
def test_what_is_added_of_another_product_raises_nothing(run, name: str) -> None:
    kind, files = FROM_ELSEWHERE[name]
    assert risen(run(), run((), paths(files))) == []
    assert risen(run(KINDS[kind]), run(KINDS[kind], paths(files))) == []


@pytest.mark.parametrize("name", FROM_ELSEWHERE)
def test_it_is_known_to_be_of_another_product(run, name: str) -> None:
    _, files = FROM_ELSEWHERE[name]
    (added,) = [a for a in run((), paths(files)).assessment.artefacts if not a.path.startswith("evidence/")]
    assert (added.authenticity, added.binding, added.grade) == ("authenticated", "other", 2)


@pytest.mark.parametrize("kind", BY_NOBODY)
def test_a_copy_by_nobody_raises_nothing_beside_the_artefact(run, kind: str) -> None:
    assert risen(run(), run((), paths(BY_NOBODY[kind]))) == []


@pytest.mark.parametrize("kind", BY_NOBODY)
def test_a_copy_by_nobody_proves_nothing_in_the_place_of_the_artefact(run, kind: str) -> None:
    less, copied = run(KINDS[kind]), run(KINDS[kind], paths(BY_NOBODY[kind]))
    (added,) = [a for a in copied.assessment.artefacts if not a.path.startswith("evidence/")]
    assert added.authenticity != "authenticated"
    assert added.grade == 2
    raised = [key for key, part in copied.parts.items() if part.grade > max(less.parts[key].grade, 2)]
    assert raised == []
    for old, new in zip(less.assessment.baselines, copied.assessment.baselines, strict=True):
        assert new.proven <= old.proven
