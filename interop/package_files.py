"""What an OFD package says about itself, by means that are not ours: zipfile, ElementTree, asn1crypto."""

import base64
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from asn1crypto import parser

OFD = "{http://www.ofdspec.org/2016}"
CERTIFICATES = {".der", ".cer", ".crt", ".pem"}


class Differs(Exception):
    """What did not hold, as a sentence."""


def check(holds, sentence):
    if not holds:
        raise Differs(sentence)


def ofd_files(folder):
    files = sorted(Path(folder).rglob("*.ofd"))
    check(files, f"no .ofd file in {folder}")
    return files


def certificates(folder):
    """Every certificate below the folder, those in archives of evidence among them."""
    found = []
    for path in sorted(Path(folder).rglob("*")):
        if path.suffix in CERTIFICATES:
            found.append(certificate(path.read_bytes()))
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                names = [name for name in archive.namelist() if Path(name).suffix in CERTIFICATES]
                found.extend(certificate(archive.read(name)) for name in names)
    check(found, f"no root certificate ({', '.join(sorted(CERTIFICATES))}) in {folder}")
    return list(dict.fromkeys(found))


def certificate(data):
    if not data.startswith(b"-----"):
        return data
    return base64.b64decode(b"".join(line for line in data.splitlines() if not line.startswith(b"-----")))


@dataclass
class Signature:
    """One entry of Signatures.xml."""

    path: str
    xml: bytes
    kind: str
    references: list
    stamps: list
    value: bytes


@dataclass
class File:
    name: str
    entries: dict
    pages: int
    pictures: int
    signatures: list


def read(path):
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    body = ElementTree.fromstring(entries["OFD.xml"]).find(f"{OFD}DocBody")
    root = body.findtext(f"{OFD}DocRoot").lstrip("/")
    document = ElementTree.fromstring(entries[root])
    numbers = [page.get("ID") for page in document.iter(f"{OFD}Page")]
    places = [f"{root.rsplit('/', 1)[0]}/{page.get('BaseLoc')}" for page in document.iter(f"{OFD}Page")]
    pictures = sum(len(list(ElementTree.fromstring(entries[place]).iter(f"{OFD}ImageObject"))) for place in places)
    return File(path.name, entries, len(numbers), pictures, signatures(entries, body, numbers))


def signatures(entries, body, pages):
    found = []
    listed = body.findtext(f"{OFD}Signatures")
    rows = ElementTree.fromstring(entries[listed.lstrip("/")]) if listed else []
    for row in rows:
        if row.tag != f"{OFD}Signature":
            continue
        path = row.get("BaseLoc").lstrip("/")
        xml = entries[path]
        tree = ElementTree.fromstring(xml)
        references = [(r.get("FileRef"), base64.b64decode(r.findtext(f"{OFD}CheckValue"))) for r in tree.iter(f"{OFD}Reference")]
        stamps = []
        for stamp in tree.iter(f"{OFD}StampAnnot"):
            box = [float(part) for part in stamp.get("Boundary").split()]
            clip = [float(part) for part in stamp.get("Clip").split()] if stamp.get("Clip") else [0, 0, *box[2:]]
            visible = [box[0] + clip[0], box[1] + clip[1], clip[2], clip[3]]
            stamps.append((pages.index(stamp.get("PageRef")), visible))
        value = entries[tree.findtext(f"{OFD}SignedValue").lstrip("/")]
        found.append(Signature(path, xml, row.get("Type", "Seal"), references, stamps, value))
    return found


@dataclass
class Element:
    """One value of DER: its whole bytes, and what is in it."""

    whole: bytes
    content: bytes

    def parts(self):
        found, rest = [], self.content
        while rest:
            _class, _method, _tag, header, content, trailer = parser.parse(rest)
            whole = header + content + trailer
            found.append(Element(whole, content))
            rest = rest[len(whole):]
        return found


def der(data):
    _class, _method, _tag, header, content, trailer = parser.parse(data, strict=True)
    return Element(header + content + trailer, content)


def run(main):
    try:
        main(*sys.argv[1:])
    except Differs as difference:
        sys.exit(f"DIFFERS: {difference}")
