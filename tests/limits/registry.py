"""Where the edge of each limit is tested, and why some have none."""

from __future__ import annotations

from tests.limits import (
    edges_appraisal,
    edges_bundle,
    edges_codec,
    edges_files,
    edges_fleet,
    edges_manifests,
    edges_people,
    edges_tokens,
)
from tests.limits.edge import Edge

_TABLES = (
    edges_codec.EDGES,
    edges_tokens.EDGES,
    edges_manifests.EDGES,
    edges_files.EDGES,
    edges_fleet.EDGES,
    edges_people.EDGES,
    edges_bundle.EDGES,
    edges_appraisal.EDGES,
)

EDGES: dict[str, Edge] = {id: edge for table in _TABLES for id, edge in table.items()}
"""``module:NAME`` → its edge, tested here."""

ELSEWHERE: dict[str, str] = {
    "iotassess.baseline.reader:MAX_PARTS": (
        "tests/baseline/test_loader_strangers.py::test_a_catalogue_of_too_many_parts_is_refused"
    ),
    "iotassess.baseline.reader:MAX_NUMBER": (
        "tests/baseline/test_loader_strangers.py::test_a_parameter_is_a_number_of_this_world"
    ),
    "iotassess.bundle.difference:MAX_DIFFERENCES": (
        "tests/bundle/test_difference.py::test_what_is_left_out_is_counted"
    ),
    "iotassess.codec.cbor_tokens:MAX_ITEMS": (
        "tests/codec/test_cbor.py::test_the_limits_are_reached_but_not_by_what_is_allowed"
    ),
    "iotassess.codec.cbor_tokens:MAX_SCANNED_ITEMS": (
        "tests/evidence/test_containers.py"
        "::test_dense_content_in_every_one_of_many_containers_is_read_to_one_limit"
    ),
    "iotassess.codec.signing_keys:MAX_SIGNING_KEY_BYTES": (
        "tests/codec/test_signing_keys.py::test_a_file_that_is_too_large_is_refused_and_not_read_whole"
    ),
    "iotassess.codec.yaml:MAX_NODES": (
        "tests/codec/test_yaml.py::test_more_values_than_the_limit_are_refused"
    ),
    "iotassess.evidence.collect:MAX_IMAGE_BYTES": (
        "tests/evidence/test_collect.py::test_a_file_that_is_too_large_is_digested_and_not_kept"
    ),
    "iotassess.evidence.collect:MAX_TOTAL_BYTES": (
        "tests/evidence/test_collect.py"
        "::test_a_folder_too_full_too_large_or_too_deep_is_read_in_part_and_says_so"
    ),
    "iotassess.evidence.eat_reading:MAX_SAME_PROBLEMS": (
        "tests/evidence/test_corim.py::test_problems_of_one_kind_are_listed_up_to_a_number"
    ),
    "iotassess.evidence.firmware_content:MAX_CONTAINER_BYTES": (
        "tests/evidence/test_firmware_formats.py"
        "::test_a_file_too_large_to_be_looked_into_is_digested_all_the_same"
    ),
    "iotassess.evidence.mud_flows:MAX_FLOWS": (
        "tests/evidence/test_mud_flows.py::test_more_flows_than_any_product_needs_are_not_all_said"
    ),
    "iotassess.evidence.mud_signature:MAX_COMPANIONS": (
        "tests/evidence/test_mud_signature.py::test_only_so_many_signature_files_are_looked_through"
    ),
    "iotassess.evidence.mud_signature:MAX_COMPANION_BYTES": (
        "tests/evidence/test_mud_signature.py::test_only_so_many_bytes_of_signature_files_are_looked_through"
    ),
    "iotassess.evidence.signature_block:MAX_TRIES": (
        "tests/evidence/test_authenticate.py::test_where_the_signature_hides_its_key_the_limit_is_said"
    ),
    "iotassess.evidence.signature_block:MAX_HASHED_BYTES": (
        "tests/evidence/test_authenticate.py"
        "::test_signatures_beyond_what_may_be_hashed_keep_an_artefact_from_being_believed"
    ),
    "iotassess.evidence.suit_faults:MAX_STEPS": (
        "tests/evidence/test_suit_walk.py::test_more_steps_than_a_device_could_take_are_refused"
    ),
    "iotassess.evidence.tree.common:MAX_NODES": (
        "tests/evidence/tree/test_cbor_tree.py::test_more_items_than_are_shown_are_left_out_and_counted"
    ),
    "iotassess.ics.columns:MAX_CHARACTERS": (
        "tests/ics/test_reading_xlsx.py::test_a_long_text_that_many_cells_share_is_refused"
    ),
    "iotassess.ics.unpacking:MAX_XML": (
        "tests/ics/test_reading_xlsx.py::test_more_xml_than_a_table_has_is_refused"
    ),
    "iotassess.ics.unpacking:MAX_TAG": (
        "tests/ics/test_reading_xlsx.py::test_a_long_tag_is_read_up_to_the_limit_and_refused_beyond"
    ),
    "iotassess.ics.unpacking:MAX_XML_NAME": (
        "tests/ics/test_reading_xlsx.py::test_a_long_name_is_read_up_to_the_limit_and_refused_beyond"
    ),
    "iotassess.ics.unpacking:MAX_ELEMENTS": (
        "tests/ics/test_reading_xlsx.py::test_what_no_table_needs_is_refused"
    ),
    "iotassess.ics.unpacking:MAX_ATTRIBUTES": (
        "tests/ics/test_reading_xlsx.py::test_what_no_table_needs_is_refused"
    ),
    "iotassess.ics.unpacking:MAX_OTHERS": (
        "tests/ics/test_reading_xlsx.py::test_what_no_table_needs_is_refused"
    ),
    "iotassess.policy.waivers:MAX_DAYS": "tests/policy/test_waivers.py::test_a_year_is_the_longest",
    "iotassess.profile.faults:MAX_FAULTS": (
        "tests/profile/test_loading.py::test_a_hostile_number_of_errors_is_cut"
    ),
}
"""``module:NAME`` → the test that already stands at its edge."""

_REMEMBERED = "what is remembered so as not to be done twice: beyond it, it is done again"
_SHOWN = "how much is shown or listed: nothing is judged by it, and the JSON has all"
_LOCATED = "byte offsets are found for so many problems: the others are told without one"
_SNIFFED = "how far it is looked to find out what damaged bytes were to be; nothing is read by it"

NO_EDGE: dict[str, str] = {
    "iotassess.bundle.public:MAX_KEY_BYTES": "how long a file is tried as a key, which no bundle is to hold",
    "iotassess.bundle.public:MAX_JSON_BYTES": "beyond it a text is searched by a pattern, and not parsed",
    "iotassess.codec.cms:MAX_REMEMBERED": _REMEMBERED,
    "iotassess.codec.cms:MAX_REMEMBERED_BYTES": _REMEMBERED,
    "iotassess.codec.cms:MAX_REMEMBERED_LARGE": _REMEMBERED,
    "iotassess.codec.cms:MAX_CHAIN": "a chain of more links is refused where it is built (x5chain:MAX_CHAIN)",
    "iotassess.codec.cose_headers:MAX_CACHED": _REMEMBERED,
    "iotassess.codec.cose_headers:MAX_CACHED_BYTES": _REMEMBERED,
    "iotassess.crosscheck.denylist:MAX_TOLD": _SHOWN,
    "iotassess.evidence.alike:MAX_TRIES": _REMEMBERED,
    "iotassess.evidence.alike_parts:MAX_BYTES": _REMEMBERED,
    "iotassess.evidence.reading:MAX_TAGS_REMEMBERED": _REMEMBERED,
    "iotassess.fleet.models:MAX_REMEMBERED_BYTES": _REMEMBERED,
    "iotassess.evidence.alike:MAX_CUTS": _REMEMBERED,
    "iotassess.evidence.alike:MAX_REMEMBERED": _REMEMBERED,
    "iotassess.evidence.corim:MAX_HEADER_LOOKED_AT": _SNIFFED,
    "iotassess.evidence.cose_message:MAX_START": _SHOWN,
    "iotassess.evidence.cose_message:MAX_LOOKED_INTO": _SNIFFED,
    "iotassess.evidence.ear_appraisals:MAX_NAMED": _SHOWN,
    "iotassess.evidence.eat_reading:MAX_LOCATED_BYTES": _LOCATED,
    "iotassess.evidence.eat_reading:MAX_SHOWN_BYTES": _SHOWN,
    "iotassess.evidence.psa_components:MAX_REMEMBERED": _REMEMBERED,
    "iotassess.evidence.psa_components:MAX_COMPONENTS_REMEMBERED": _REMEMBERED,
    "iotassess.evidence.psa_components:_MAX_NAME": _SHOWN,
    "iotassess.evidence.suit_faults:MAX_LOCATED": _LOCATED,
    "iotassess.evidence.teep:MAX_ELEMENTS": "which first bytes can begin a message: others are another kind",
    "iotassess.evidence.tree.common:MAX_LEVELS": _SHOWN,
    "iotassess.evidence.tree.common:MAX_SCANNED": _SHOWN,
    "iotassess.evidence.tree.text_forms:MAX_BLOCKS": _SHOWN,
    "iotassess.evidence.tree.dump:MAX_RECORDS": _SHOWN,
    "iotassess.fleet.device_keys:MAX_KEYS_OF_A_DEVICE": "older keys of a device are left aside on purpose",
    "iotassess.fleet.device_keys:MAX_KEY_BYTES": "the operator's own register, which nobody else writes",
    "iotassess.fleet.earlier:MAX_BYTES": "an earlier run that the user names, read as an old result is",
    "iotassess.fleet.tally:MAX_EXAMPLES": _SHOWN,
    "iotassess.fleet.tally:MAX_MESSAGES": _SHOWN,
    "iotassess.fleet.tally:MAX_VERSIONS": _SHOWN,
    "iotassess.fleet.tally:MAX_VERSIONS_A_DAY": _SHOWN,
    "iotassess.ics.columns:MAX_NAME": "a cell that is longer is not a header, whatever it says",
    "iotassess.ics.columns:MAX_REMARKS": _SHOWN,
    "iotassess.ics.reading_text:MAX_EMPHASIS": "marks beyond it stay in the cell, and are no support then",
    "iotassess.ics.table:MAX_DETAIL": _SHOWN,
    "iotassess.policy.reading:MAX_NAMED": _SHOWN,
    "iotassess.policy.old_result:MAX_BYTES": "the walls' own limit of JSON, asked for with another number",
    "iotassess.profile.faults:MAX_SHOWN": _SHOWN,
    "iotassess.report.appraisal_text:MAX_UNREPORTED": _SHOWN,
    "iotassess.report.markdown_text:LIMIT": _SHOWN,
    "iotassess.report.tree_text:MAX_LINES": _SHOWN,
}
"""``module:NAME`` → why it is no limit on an input. ``MOST_…`` bounds what is shown, by its name."""
