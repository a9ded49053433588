"""The published test keys of MCUboot by what an image says of its key: the KEYHASH TLV.

Ed25519 and RSA signatures hide the key that made them, so that of an image which nobody named a key for only
this tells that anybody could have signed it. The TLV is the hash of the public key as MCUboot keeps it
(PKCS #1 of an RSA key, SubjectPublicKeyInfo of any other), with the algorithm of the image hash. It is not
signed: it can betray a test key, and it clears nobody.
"""

from __future__ import annotations

from typing import Final

_HASHES: Final[dict[str, tuple[str, ...]]] = {
    "root-rsa-2048": (
        "fc5701dc6135e1323847bdc40f04d2e5bee5833b23c29f93593d00018cfa9994",
        "c0cb44a5e5c876ec8087159b1e8f92a5489866733e9853fd4fb638bce9eb22faf3178ffeb25d2302ac89214df7de44b9",
    ),
    "root-rsa-3072": (
        "449793fb65cd7698753d5b3f35fab15f1e3a45111ff24e1d46741de5ae12d59e",
        "ae18da5ca3df8b7bde3a1464a2959e62ac8e44169314f4dae4c47d42341950f5efa260f0a87773111a7f1d13a7bd6273",
    ),
    "root-ec-p256": (
        "e30466f6b8470c1f29070b17f1e2d3e94d445e3f608087fdc711e4382bb538b6",
        "26e692146c5c5e474adf6589ff4f8a05ad6adf2ecc5746af2d056d864494ec3189ec593edb65ff7a09bf59ebc559e343",
    ),
    "root-ec-p384": (
        "6bcd1e16d80e5fe13a5307e6f1de8344c7e50e537d9962ce35ef6db5e642fae8",
        "85b7bd5f5dff9a03a99927adaf6ca6febde822c1a480928324a8e60323715c5779461c496a95aee8c4f90b99779f848a",
    ),
    "root-ed25519": (
        "c1907fa4eac7fae3840a78902b6f0710b037e9968e5c6274a12a28790c7d4e3c",
        "a022fa8a5d6a4d4b091a96b53e214a93647e61c8a96ea4eecdddfad2bae2b2606123cfc5f5f56b663bd6b2d06ee3f192",
    ),
    "root-ed25519-2": (
        "6754edab1e29affef4a05935adecbeb1a7b8b62397b31e39a61b5bfcaafd63af",
        "35004e718445817cb8390e263e19e697e9ab6a1fb4462d062b1db8ed43ed0e6f5b9b6312281d105aec423107770b0bcf",
    ),
    "root-ed25519-unknown": (
        "b1d87d60173352b9a4808979790fc699fb4c4f83b49cf1970edd96ff4adc36a6",
        "e7e27f556648c7378842242298faa67aa306dc1e8946ed80fc7214232d34a31243f5fe390ed8c9d39cff40d0f418ebfe",
    ),
    "cypress-test-ec-p256": (
        "bb868a727f0ef75e890a6a52bccd1d936fb34438afd6f237e8af259865742446",
        "349f070642ec7b91a92c4a809645204d94da1a48a382a94b10f69748e0fc1fa3ed31a5d248e80ec98fb4d6e60081059e",
    ),
    "bad-ec-p256": (
        "e6c097daf1458d0f8b8d43fc4b4b9d4425203484b3afe5570ed074073901bab0",
        "6c66e27b41921bbad2aa6a283ba3f84d2b1204e0af0c06556670b609698d4873d56889271de71e678a5793579662e91c",
    ),
    "bad-rsa-2048": (
        "e32a93d4ef8c5f4d503642e2cc7c5eece7693e3246c7766dbb4b54d79441db2a",
        "562aa576d0aa9acc4a93ff50b20bf3056774651584cfc7922492884d5f6985a8624fd9a0ffc7bb3da92f391ce59b8c6a",
    ),
    "testplan/mynewt/key_ec": (
        "64cf53d13dc8784425001af1dd51799e2bd93d0e0bef08f988765ee2379f9eba",
        "1a4610a310e3ffd096add89b91e513c597feba6bffc2517470faa56bb873b66629510efc2e282b414b769d00a6d718cb",
    ),
    "testplan/mynewt/key_ec_2": (
        "53730935377f0650b22361f542f5bea746ec7f3480719eed782a9543b0ed733a",
        "d07da05a68fbe1b605d7d92952f82698d0815f9f8067726cf09561eab9c59efdc11a63db11ed3c41117438669761682b",
    ),
    "testplan/mynewt/key_ec256": (
        "6dc968724fdedb71be7c8ad62540ea148996f96adb5c48e9cc3112c588f26d89",
        "b9d5ed01d3f77fef39151ec954d3f29ffb6573c4a6f4d72fd75e0ad775f10d12aeec40cfddc8581e06a99eacc25cd28b",
    ),
    "testplan/mynewt/key_ec256_2": (
        "1c35c9ccb929906e7792eda384825b41be700c50760493eaf163135933e191aa",
        "050d6bbba1157c89bab2d9aaf1e11c1b61f4f115dec6b6d3853f184736cd49211202a1cc1faee84a99c98b70f66761c1",
    ),
    "testplan/mynewt/key_rsa": (
        "263e1b46f29ad5add6fc438abbf6bf227da6d6ff8736a7d654301c19f7fc8c46",
        "6b01f45fc86cb9a7db80eb3aeefdc393c6547078803a841efc12d870687b56d037edf5528d04640eed28622df02007b7",
    ),
    "testplan/mynewt/key_rsa_2": (
        "6347a153696d6c91eaa335290a6115063be9066f665e17a6b7a1da4c5e24e5a7",
        "8aef95d3fef1a6691f96dbe1f5d8aecaa984bfddca919a5ea4b717c326dbf3708ff58df99584e400198f95637c2d9e66",
    ),
}
"""Name in the repository mcu-tools/mcuboot: SHA-256 and SHA-384 of its public half."""

_NAMES: Final = {bytes.fromhex(digest): name for name, digests in _HASHES.items() for digest in digests}


def published_name(key_hash: bytes) -> str | None:
    """Say which published test key has that hash; None for any other key.

    Args:
        key_hash: value of a KEYHASH TLV.
    """
    name = _NAMES.get(key_hash)
    return None if name is None else f"MCUboot's {name} (mcu-tools/mcuboot)"
