"""Several runs that write the same files at the same time: the result is that of one of them, whole."""

import json

from tests.examples import DAY
from tests.faults.forking import forked, job

MANY = 6


def test_runs_that_write_one_file_at_once_leave_the_whole_report_of_one_and_all_succeed(bare, out):
    arguments = ["assess", bare, "--as-of", DAY, "-b", "nist-ir-8425", "-f", f"json={out}/a.json"]
    arguments += ["-f", f"csv={out}/b.csv"]
    alone, together = forked(
        job(*arguments, watch=out),
        # They wait with all their temporary files made.
        job(*arguments, watch=out, together=MANY, fault=["writing", 6, "wait"]),
    )
    assert [ran.code for ran in together] == [0] * MANY
    assert all(ran.hit for ran in together)
    assert together[0].files == alone[0].files


def test_of_two_different_results_one_stands_and_never_a_mixture(tmp_path, out):
    profiles = []
    for number in range(2):
        profile = tmp_path / f"{number}.yaml"
        profile.write_text(f"product: {{vendor: Maker, model: {'x' * (1 + 2000 * number)}}}\n")
        profiles.append(profile)
    jobs = [
        job("assess", each, "--as-of", DAY, "-b", "nist-ir-8425", "-f", f"json={out}/a.json", watch=out)
        for each in profiles
    ]
    results = [json.loads(ran.files["a.json"]) for (ran,) in forked(*jobs)]
    # The second run replaces the file between any two steps of the first.
    second = f"cp {out}/second {out}/moved && mv {out}/moved {out}/a.json"
    (out / "second").write_text(json.dumps(results[1]))
    (rows,) = forked({**jobs[0], "fault": ["writing", 0, f"sh:{second}"], "old": {"a.json": "old"}})
    assert len(rows) > 5
    for ran in rows:
        assert ran.code == 0
        assert set(ran.files) == {"a.json", "second"}
        assert json.loads(ran.files["a.json"]) in results
