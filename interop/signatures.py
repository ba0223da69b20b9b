"""Verifies every seal and signature with foreign code: gmssl, openssl, and (what is written to FILE) sm-crypto.

python signatures.py FOLDER FILE
"""

import json
import subprocess
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from asn1crypto import x509
from gmssl import sm2, sm3

from package_files import certificates, check, der, ofd_files, read, run

ID = "1234567812345678"


def digest(data):
    return bytes.fromhex(sm3.sm3_hash(list(data)))


def key_of(certificate):
    """x and y, 128 hexadecimal digits."""
    key = certificate["tbs_certificate"]["subject_public_key_info"]["public_key"]
    point = key.contents[1:]
    check(point[0] == 4 and len(point) == 65, "the key is not an uncompressed point")
    return point[1:].hex()


def openssl(*arguments):
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True)
    return done.returncode == 0, done.stdout + done.stderr


class Witnesses:
    """Asks gmssl and openssl at once, and notes the case for sm-crypto."""

    def __init__(self, room):
        self.room = Path(room)
        self.cases = []

    def verify(self, what, message, signature, certificate_der):
        key = key_of(x509.Certificate.load(certificate_der))
        # The constructor strips every 0 and 4 at the beginning of a key; set afterwards, the key stays whole.
        gmssl = sm2.CryptSM2(private_key="", public_key="", asn1=True)
        gmssl.public_key = key
        check(gmssl.verify_with_sm3(signature.hex(), message), f"{what}: gmssl refuses the signature")
        check(not gmssl.verify_with_sm3(signature.hex(), message + b"x"), f"{what}: gmssl accepts anything")
        self.openssl(what, message, signature, certificate_der)
        self.cases.append({"what": what, "message": message.hex(), "signature": signature.hex(), "key": "04" + key})

    def openssl(self, what, message, signature, certificate_der):
        certificate, key, tbs, sig = (str(self.room / name) for name in ("cert", "key", "tbs", "sig"))
        Path(certificate).write_bytes(certificate_der)
        Path(sig).write_bytes(signature)
        ok, pem = openssl("x509", "-inform", "der", "-in", certificate, "-pubkey", "-noout")
        check(ok, f"{what}: openssl cannot read the certificate: {pem}")
        Path(key).write_text(pem)
        for text, holds in ((message, True), (message + b"x", False)):
            Path(tbs).write_bytes(text)
            ok, said = openssl("dgst", "-sm3", "-verify", key, "-sigopt", f"distid:{ID}", "-signature", sig, tbs)
            check(ok == holds, f"{what}: openssl says {said.strip()!r} where {holds} is expected")

    def chain(self, what, certificate_der, known, at):
        """From the certificate to a root among the known ones, link by link, at that second.

        openssl hands the SM2 identity given on the command line to the first certificate of a chain alone, so
        each link is a verification of its own.
        """
        current, steps = certificate_der, 0
        while True:
            issuer = self.issuer_of(current, known, what)
            leaf, above = self.room / "leaf", self.room / "above"
            leaf.write_text(self.pem(current))
            above.write_text(self.pem(issuer))
            ok, said = openssl("verify", "-x509_strict", "-partial_chain", "-attime", str(at), "-vfyopt",
                               f"distid:{ID}", "-trusted", str(above), str(leaf))
            check(ok, f"{what}: openssl does not trust the certificate: {said.strip()}")
            if issuer == current or is_root(issuer):
                return
            current, steps = issuer, steps + 1
            check(steps < 8, f"{what}: the chain has no end")

    def issuer_of(self, certificate_der, known, what):
        wanted = x509.Certificate.load(certificate_der).issuer
        found = [der for der in known if x509.Certificate.load(der).subject == wanted]
        check(found, f"{what}: the issuer is not among the known certificates")
        return found[0]

    def pem(self, certificate_der):
        (self.room / "one").write_bytes(certificate_der)
        return openssl("x509", "-inform", "der", "-in", str(self.room / "one"))[1]


def is_root(certificate_der):
    certificate = x509.Certificate.load(certificate_der)
    return certificate.issuer == certificate.subject


def bits(element):
    check(element.content[0] == 0, "a bit string of whole bytes was expected")
    return element.content[1:]


def one(witnesses, file, signature, known):
    where = f"{file.name} {signature.path}"
    check(signature.kind == "Seal", f"{where}: type {signature.kind} is not tried here")
    to_sign, certificate, _algorithm, value, *_time_stamp = der(signature.value).parts()
    version, seal, time, data_hash, path, *_more = to_sign.parts()
    check(version.content == b"\x04", f"{where}: version {version.content.hex()}")
    check(path.content.decode().lstrip("/") == signature.path, f"{where}: signed for {path.content!r}")
    check(bits(data_hash) == digest(signature.xml), f"{where}: gmssl finds another SM3 of Signature.xml")
    for reference, expected in signature.references:
        check(digest(file.entries[reference.lstrip("/")]) == expected, f"{where}: gmssl finds another SM3 of {reference}")
    witnesses.verify(f"{where} signature", to_sign.whole, bits(value), certificate.content)
    seal_info, maker, _algorithm, seal_value = seal.parts()
    witnesses.verify(f"{where} seal", seal_info.whole, bits(seal_value), maker.content)
    at = seconds(time.content.decode())
    for who, holder in (("signer", certificate), ("maker of the seal", maker)):
        witnesses.chain(f"{where} {who}", holder.content, known, at)
    signers = seal_info.parts()[2].parts()[3].parts()
    fits = any(listed.content in (certificate.content, digest(certificate.content)) for listed in signers)
    check(fits, f"{where}: the signer is not in the seal's list")
    print(f"  {where}: seal, signature, {len(signature.references)} digests, two chains hold for gmssl and openssl")


def seconds(text):
    return int(datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=timezone.utc).timestamp())


def main(folder, cases):
    known = certificates(folder)
    with tempfile.TemporaryDirectory() as room:
        witnesses = Witnesses(room)
        for path in ofd_files(folder):
            file = read(path)
            check(file.signatures, f"{file.name} has no signature")
            for signature in file.signatures:
                one(witnesses, file, signature, known)
        for certificate in known:
            loaded = x509.Certificate.load(certificate)
            if loaded.subject.dump() == loaded.issuer.dump():
                signed = loaded["signature_value"].contents[1:]
                witnesses.verify("root certificate", loaded["tbs_certificate"].dump(), signed, certificate)
    Path(cases).write_text(json.dumps(witnesses.cases))


run(main)
