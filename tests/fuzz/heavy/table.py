"""The largest inputs that are hard to read: for every decoder what one can think of in sixteen mebibytes.

Each row makes its bytes when it is asked. What is limited by a named constant is made as large as the
constant lets it be, and then once beyond.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.fuzz.heavy import (
    claims,
    der,
    images,
    items,
    manifests,
    many,
    messages,
    references,
    texts,
    yaml_texts,
)


class Row(NamedTuple):
    """One input.

    Attributes:
        name: of it.
        target: kind that it is read as; "any" for none in particular, or another reader's name.
        make: gives its bytes.
    """

    name: str
    target: str
    make: Callable[[], bytes]

    @property
    def is_file(self) -> bool:
        """Whether it is no artefact."""
        return self.target in ("profile",)


def _rows(target: str, *makers: Callable[[], bytes]) -> list[Row]:
    return [Row(maker.__name__.replace("_", "-"), target, maker) for maker in makers]


ROWS: tuple[Row, ...] = (
    *_rows(
        "any",
        items.small_items,
        items.one_array,
        items.one_map,
        items.deep,
        items.deep_tags,
        items.endless_arrays,
        items.one_string,
        items.one_text,
        items.chunks,
        items.bignum,
        items.many_bignums,
        items.composite_keys,
        images.zeros,
        images.spaces,
        images.random_like,
    ),
    *_rows(
        "suit-envelope",
        manifests.suit_large_payload,
        manifests.suit_many_payloads,
        manifests.suit_many_members,
        manifests.suit_many_components,
        manifests.suit_all_components,
        manifests.suit_many_commands,
        manifests.suit_many_blocks,
        manifests.suit_nested,
        manifests.suit_long_text,
        manifests.suit_many_text_keys,
    ),
    Row("suit-wide-choice", "suit-envelope", manifests.suit_try_each(4_000, 1)),
    Row("suit-deep-choice", "suit-envelope", manifests.suit_try_each(4, 6)),
    Row("suit-two-choices", "suit-envelope", manifests.suit_try_each(2, 10)),
    *_rows(
        "eat-cwt",
        claims.eat_huge_claim,
        claims.eat_many_claims,
        claims.eat_many_submods,
        claims.eat_nested_submods,
        claims.eat_map_submods,
        claims.eat_many_measurements,
        claims.eat_many_results,
        claims.eat_long_texts,
        claims.many_signatures,
        claims.large_header,
        claims.large_protected,
        claims.long_chain,
        claims.long_links,
    ),
    *_rows("psa-token", claims.psa_many_components, claims.psa_other_components),
    *_rows("eat-ucs", claims.uccs_many, claims.json_uccs),
    *_rows("eat-deb", claims.deb_many, claims.deb_large),
    *_rows("cca-token", claims.cca_like),
    *_rows(
        "eat-jwt",
        claims.jwt_large,
        claims.jwt_full,
        claims.jwt_header,
        claims.jwt_dots,
        claims.jwt_many_claims,
        claims.jwt_deep_submods,
    ),
    *_rows(
        "corim",
        references.corim_many_tags,
        references.corim_many_measurements,
        references.corim_full_tags,
        references.corim_many_triples,
        references.corim_many_digests,
        references.corim_many_keys,
        references.corim_large_keys,
        references.corim_large_bytes,
    ),
    *_rows("comid", references.comid_many),
    *_rows("coswid", references.coswid_many_files, references.coswid_deep_folders),
    *_rows("cmw", messages.cmw_many, messages.cmw_deep, messages.cmw_large_messages, messages.cmw_json),
    *_rows(
        "cmw",
        many.wrapped_vouchers,
        many.wrapped_large_vouchers,
        many.wrapped_cms,
        many.wrapped_cms_items,
        many.wrapped_chains,
        many.wrapped_leaves,
        many.wrapped_images,
        many.wrapped_mud,
        many.wrapped_mud_items,
        many.wrapped_jwt,
        many.wrapped_coswid,
        many.wrapped_suit,
        many.wrapped_corim,
        many.wrapped_psa,
    ),
    *_rows("eat-cwt", many.submods_with_chains, many.submods_badly_signed, many.submods_large_exponent),
    *_rows("fdo-voucher", messages.fdo_entries),
    *_rows("teep-message", messages.teep_many),
    *_rows("ear", messages.ear_many),
    *_rows("suit-report", messages.suit_report_many),
    *_rows(
        "mud",
        texts.mud_many_entries,
        texts.mud_many_lists,
        texts.mud_one_list_often,
        texts.mud_full,
        texts.mud_mebibyte,
        texts.json_deep,
        texts.json_objects,
        texts.json_strings,
        texts.json_number,
        texts.json_blanks,
    ),
    *_rows("brski-voucher", texts.jws_signatures),
    *_rows(
        "mud-signed",
        der.cms_many_signers,
        der.cms_many_certificates,
        der.cms_items,
        der.cms_content,
        der.cms_attributes,
        der.der_deep,
    ),
    *_rows(
        "x509-chain",
        der.der_small,
        der.der_certificate,
        der.der_extensions,
        der.der_long_oid,
        der.der_long_integer,
        der.pem_many,
        der.pem_chain_of_ten,
        der.pem_huge,
        der.pem_lines,
        der.pem_begins,
        der.pem_text_before,
    ),
    *_rows(
        "mcuboot-image",
        images.mcuboot_full,
        images.mcuboot_many_tlvs,
        images.mcuboot_many_signatures,
        images.mcuboot_many_hashes,
        images.mcuboot_many_keys,
    ),
    *_rows(
        "firmware-image", images.hex_short_lines, images.hex_sparse, images.hex_long_line, images.hex_newlines
    ),
    Row("elf-spread", "firmware-image", lambda: images.elf(1000)),
    Row("elf-overlapping", "firmware-image", lambda: images.elf(1000, overlap=True)),
    Row("elf-far", "firmware-image", lambda: images.elf(60_000, span=(1 << 32) - 1)),
    *_rows(
        "profile",
        yaml_texts.yaml_flow,
        yaml_texts.yaml_long,
        yaml_texts.yaml_aliases,
        yaml_texts.yaml_nodes,
        yaml_texts.yaml_scalar,
        yaml_texts.yaml_comments,
        yaml_texts.yaml_keys,
        yaml_texts.yaml_tabs,
        yaml_texts.yaml_tabs_long,
    ),
)

BY_NAME = {row.name: row for row in ROWS}
