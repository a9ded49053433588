"""Many profiles assessed: each as if alone, a bad one is one row, and processes change nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from iotassess.errors import UsageError
from iotassess.evidence.anchor_files import AnchorSpec
from iotassess.fleet import find_profiles as finding
from iotassess.fleet.assess import PROFILES_A_TASK, AssessTask, HowToAssess, assess_fleet
from iotassess.fleet.engine import engine
from iotassess.fleet.find_profiles import FoundProfile, find_profiles, in_batches
from iotassess.report import fleet_comparison_json
from iotassess.report.registry import Look
from tests.examples import AS_OF, PRODUCTS, PROFILES, copy, judge, request
from tests.fleet.making import tree

DEFAULTS = ("enisa-gp-tm", "etsi-en-303-645", "nist-ir-8259a")
ONE = ("nist-ir-8259a",)


def how(*baselines: str, **more: object) -> HowToAssess:
    fields: dict[str, object] = {"anchors_beside": "anchors", "nonce_beside": "evidence/nonce.hex", **more}
    return HowToAssess(baselines or ONE, (), AS_OF, **fields)


def run(folder: Path, asked: HowToAssess, workers: int = 0):
    with engine(workers=workers) as started:
        return assess_fleet(find_profiles([folder]), asked, started)


@pytest.fixture(scope="module")
def examples():
    return run(PROFILES, how(*DEFAULTS))


@pytest.mark.parametrize("product_", PRODUCTS)
@pytest.mark.parametrize("twin", ["good", "flawed"])
def test_each_product_stands_as_it_does_alone(examples, product_, twin) -> None:
    alone = judge(PROFILES / product_ / f"{twin}.yaml", request(product_))
    row = examples.product(f"{product_}/{twin}.yaml")

    assert (row.vendor, row.model, row.sha256) == (
        alone.product.vendor,
        alone.product.model,
        alone.profile_sha256,
    )
    assert row.contradictions == sum(d.severity == "error" for d in alone.discrepancies)
    assert [(s.baseline, s.level, s.suffix) for s in row.standings] == [
        (b.id, b.level, b.suffix) for b in alone.baselines
    ]
    for standing, result in zip(row.standings, alone.baselines, strict=True):
        expected = [(r.id, r.verdict, r.grade) for r in result.requirements]
        assert [(id, *cell) for id, cell in standing.cells.items()] == expected


def test_anchors_beside_a_profile_count_for_nothing_unless_the_user_vouches_for_them() -> None:
    without = run(PROFILES, how(anchors_beside=""))
    vouched = run(PROFILES, how())

    assert [row.authenticated for row in without.products] == [0, 0, 0, 0]
    assert all(row.counts["verified"] == 0 for row in without.products)
    assert all(row.authenticated > 0 for row in vouched.products)


def test_anchors_that_the_user_names_hold_for_all_products() -> None:
    anchors = (AnchorSpec(PROFILES / "sensor-node" / "anchors", None),)
    row = run(PROFILES, how(anchors_beside="")._replace(anchors=anchors)).product("sensor-node/good.yaml")

    assert row.authenticated > 0


def test_a_bad_profile_is_one_row_and_the_others_stay(tmp_path, examples) -> None:
    copy("sensor-node", tmp_path)
    (tmp_path / "broken.yaml").write_text("schema: iotassess/profile/v1\nproduct: 3\n")
    (tmp_path / "cut.yaml").write_text('schema: iotassess/profile/v1\nproduct: {vendor: "unfinished\n')

    made = run(tmp_path, how(*DEFAULTS))

    assert [p.path for p in made.products if p.error] == ["broken.yaml", "cut.yaml"]
    assert "product: got the number 3" in made.product("broken.yaml").error
    good = "sensor-node/good.yaml"
    assert made.product(good) == examples.product(good)
    assert made.worst[:2] == ("broken.yaml", "cut.yaml")


def test_a_bug_that_one_profile_hits_is_one_row(tmp_path, monkeypatch) -> None:
    copy("sensor-node", tmp_path)

    def fail(*_: object, **__: object) -> None:
        raise KeyError("of a bug")

    monkeypatch.setattr("iotassess.fleet.assess.judge", fail)

    errors = {p.error for p in run(tmp_path, how()).products}
    assert errors == {"a bug in iotassess (KeyError: 'of a bug'); please report it"}


@pytest.mark.parametrize("text", ["zz", "00", "00" * 65])
def test_a_challenge_that_is_none_is_the_error_of_its_product(tmp_path, text) -> None:
    copy("sensor-node", tmp_path)
    (tmp_path / "sensor-node/evidence/nonce.hex").write_text(text)

    assert all("nonce" in p.error for p in run(tmp_path, how()).products)


def test_links_to_a_challenge_or_to_anchors_elsewhere_are_not_followed(tmp_path) -> None:
    copy("sensor-node", tmp_path)
    folder = tmp_path / "sensor-node"
    (tmp_path / "elsewhere").write_text("00" * 32)
    (folder / "outside.hex").symlink_to(tmp_path / "elsewhere")
    (folder / "link").symlink_to(folder / "anchors")

    leads_out = run(folder, how(nonce_beside="outside.hex")).products
    linked = run(folder, how(anchors_beside="link")).products

    assert {p.error for p in leads_out} == {"outside.hex: leads out of the profile's folder"}
    assert {p.error for p in linked} == {"link: a link, which is not followed"}


def test_two_processes_give_the_bytes_of_one(tmp_path) -> None:
    tree(tmp_path, 20)
    serial = run(tmp_path, how())

    assert len(serial.products) == 20
    assert {p.error for p in serial.products} == {""}
    two = run(tmp_path, how(), workers=2)
    assert fleet_comparison_json.render(two, Look()) == fleet_comparison_json.render(serial, Look())
    assert str(tmp_path) not in fleet_comparison_json.render(serial, Look())


def test_a_hundred_products_are_found_and_handed_out_a_few_at_a_time(tmp_path) -> None:
    found = find_profiles([tree(tmp_path, 100)])
    batches = list(in_batches(found.profiles, PROFILES_A_TASK))

    assert [row for batch in batches for row in batch] == list(found.profiles)
    assert (len(found.profiles), len(batches)) == (100, 100 // PROFILES_A_TASK)


def test_a_task_is_named_by_its_first_and_last_profile() -> None:
    rows = tuple(FoundProfile(f"{n}.yaml", f"/{n}.yaml") for n in range(PROFILES_A_TASK))

    assert str(AssessTask(rows, how())) == f"0.yaml … {PROFILES_A_TASK - 1}.yaml"
    assert str(AssessTask(rows[:1], how())) == "0.yaml"


# --- finding -----------------------------------------------------------------------------------------------

PROFILE = "schema: iotassess/profile/v1\n"


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".yaml").write_text(text)


def shown(*folders: Path) -> list[str]:
    return [row.shown for row in find_profiles(list(folders)).profiles]


@pytest.mark.parametrize(
    "text",
    [
        PROFILE,
        f"# a comment\n\n{PROFILE}",
        'schema: "iotassess/profile/v1" # it is\r\n',
        "schema : 'iotassess/profile/v9'\n",
    ],
)
def test_a_profile_is_told_by_its_schema_line(tmp_path, text) -> None:
    write(tmp_path, a=text)
    assert shown(tmp_path) == ["a.yaml"]


def test_other_yaml_files_are_ignored_and_counted(tmp_path) -> None:
    write(tmp_path, a=PROFILE, b="schema: iotassess/policy/v1\n", c="x: schema iotassess/profile/v1\n", d="")
    (tmp_path / "e.txt").write_text(PROFILE)

    found = find_profiles([tmp_path])

    assert [row.shown for row in found.profiles] == ["a.yaml"]
    assert found.ignored == 3


def test_the_order_is_that_of_the_paths_folder_by_folder(tmp_path) -> None:
    write(tmp_path, b__x=PROFILE, a__z=PROFILE, a__a__q=PROFILE, c=PROFILE)
    assert shown(tmp_path) == ["a/a/q.yaml", "a/z.yaml", "b/x.yaml", "c.yaml"]


def test_links_and_pipes_are_not_opened(tmp_path) -> None:
    write(tmp_path, real__a=PROFILE)
    (tmp_path / "link.yaml").symlink_to(tmp_path / "real/a.yaml")
    (tmp_path / "folder").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "pipe.yaml")

    assert shown(tmp_path) == ["real/a.yaml"]


def test_folders_that_overlap_give_each_profile_once(tmp_path) -> None:
    write(tmp_path, one__a=PROFILE, two__b=PROFILE)
    assert shown(tmp_path, tmp_path / "one") == [f"{tmp_path.name}/one/a.yaml", f"{tmp_path.name}/two/b.yaml"]


def test_folders_of_one_name_are_told_apart(tmp_path) -> None:
    write(tmp_path, x__p__a=PROFILE, y__p__a=PROFILE)
    assert shown(tmp_path / "x/p", tmp_path / "y/p") == ["p/a.yaml", "p~2/a.yaml"]


def test_a_file_stands_for_itself(tmp_path) -> None:
    write(tmp_path, a=PROFILE)
    assert shown(tmp_path / "a.yaml") == ["a.yaml"]


def test_a_missing_folder_and_one_without_profiles_are_errors(tmp_path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        find_profiles([tmp_path / "missing"])
    with pytest.raises(UsageError, match="no profile was found"):
        find_profiles([tmp_path])


def test_more_profiles_than_the_limit_are_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(finding, "MOST_PROFILES", 2)
    write(tmp_path, a=PROFILE, b=PROFILE)
    assert len(shown(tmp_path)) == 2

    write(tmp_path, c=PROFILE)
    with pytest.raises(UsageError, match="more than 2 profiles"):
        find_profiles([tmp_path])
