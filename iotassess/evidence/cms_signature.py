"""A detached CMS signature by itself (RFC 5652): what it signs is another file, which is read with it.

Where that file is in the same call its decoder finds the signature, as for MUD files (RFC 8520 section 13.2).
Alone nothing can be verified: the claims say who signed what digest.
"""

from __future__ import annotations

from iotassess.codec import cms
from iotassess.errors import MalformedArtefact
from iotassess.evidence.cms_claims import describe
from iotassess.evidence.context import Context
from iotassess.evidence.peek import Peek
from iotassess.model.artefact import Artefact, SignatureResult
from iotassess.model.problems import problem


def is_detached_signature(peek: Peek) -> bool:
    """Tell whether the bytes are a CMS signature without content; or CMS that is damaged.

    CMS that only carries certificates is a certificate chain, and signs nothing.
    """
    if not cms.is_cms(peek.data):
        return False
    try:
        signed = cms.parse(peek.data)
    except MalformedArtefact:
        return True
    return signed.content is None and bool(signed.signers)


def decode(peek: Peek, context: Context) -> Artefact:
    """Read a detached signature.

    Args:
        peek: the bytes.
        context: its name.

    Raises:
        MalformedArtefact: the bytes are no CMS SignedData.
    """
    signed = cms.parse(peek.data)
    found = problem(
        "cms-content-missing",
        "the signature is detached, and no file of the call has the digest that it signs; give the signed "
        "file with it",
        at="signature",
    )
    results = [
        SignatureResult(
            "CMS",
            signer.alg,
            None if signer.key_id is None else signer.key_id.hex(),
            "no-key" if signer.usable else "unsupported-alg",
        )
        for signer in signed.signers
    ]
    return Artefact(
        context.path,
        "cms-signature",
        "application/pkcs7-signature",
        "",
        0,
        wellformed=True,
        authenticity="unverified" if results else "unsigned",
        signatures=tuple(results),
        problems=(found,),
        claims={"signature": describe(signed)},
    )
