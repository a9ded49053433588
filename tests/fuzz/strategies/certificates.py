"""X.509 certificates and chains of devices, in PEM and DER."""

from __future__ import annotations

from cryptography import x509
from hypothesis import strategies as st

from tests.evidence import x509_builder as build

EXTENSIONS = st.lists(
    st.tuples(
        st.sampled_from(["1.2.3.4", "1.3.6.1.5.5.7.1.25", "2.5.29.32", "2.23.133.5.4.1"]),
        st.binary(max_size=30),
    ),
    max_size=3,
    unique_by=lambda pair: pair[0],
)
USAGES = st.sampled_from([None, ("digital_signature",), ("digital_signature", "key_cert_sign")])
TIMES = st.sampled_from([build.NOON + build.YEAR, build.NOON - build.YEAR / 2, build.FOREVER])


@st.composite
def devices(draw: st.DrawFn) -> x509.Certificate:
    extensions = [build.unknown(oid, value) for oid, value in draw(EXTENSIONS)]
    if draw(st.booleans()):
        name = draw(
            st.sampled_from(
                [build.hardware_module(), x509.DNSName("x.example"), x509.UniformResourceIdentifier("urn:x")]
            )
        )
        extensions.append(x509.SubjectAlternativeName([name]))
    if draw(st.booleans()):
        extensions.append(
            build.eku(
                *draw(st.lists(st.sampled_from([build.CLIENT, build.CODE, build.AK]), min_size=1, max_size=2))
            )
        )
    return build.device(
        *extensions,
        serial=draw(st.sampled_from([build.SERIAL, "", "x" * 60])) or (),
        usage=draw(USAGES),
        until=draw(TIMES),
        number=draw(st.integers(1, 1 << 150)),
    )


@st.composite
def chains(draw: st.DrawFn) -> bytes:
    leaf = draw(devices())
    chain = draw(st.sampled_from(["leaf", "middle", "root", "twice"]))
    if chain == "leaf" and draw(st.booleans()):
        return build.der(leaf)
    more = {
        "leaf": (),
        "middle": (build.middle(),),
        "root": (build.middle(), build.root()),
        "twice": (leaf, build.middle()),
    }
    text = draw(st.sampled_from([b"", b"subject: a device\n"]))
    return text + build.pem(leaf, *more[chain])
