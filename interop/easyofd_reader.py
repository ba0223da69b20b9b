"""Opens and draws every file with easyofd, and compares with what stands in it and with our text of it.

python easyofd_reader.py FOLDER OUT    pictures of the pages go to OUT; our text of name.ofd is OUT/name.txt, and what
                                       the XML counts is written to OUT/name.json for the other readers
"""

import json
import re
from collections import Counter
from pathlib import Path

from loguru import logger

logger.remove()

import pymupdf
from easyofd.ofd import OFD
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

from package_files import check, ofd_files, read, run

# Of a drawn page, in dots.
WIDTH = 595
# What easyofd makes of a millimetre.
POINTS = 200 / 25.4


def font():
    """easyofd draws every text in 宋体, from a file that only Windows has. Under that name it gets the one Chinese
    font that PDF readers bring themselves."""
    song = UnicodeCIDFont("STSong-Light")
    song.fontName = song.name = "宋体"
    pdfmetrics.registerFont(song)


def letters(text):
    return re.sub(r"\s+", "", text)


# Read by easyofd, but the font it draws with has no glyph for them.
UNDRAWN = "·"


def one(path, out):
    file = read(path)
    stamps = sum(len(signature.stamps) for signature in file.signatures)
    facts = {"pages": file.pages, "pictures": file.pictures, "stamps": stamps, "signatures": len(file.signatures)}
    (out / f"{path.stem}.json").write_text(json.dumps(facts))
    reader = OFD()
    reader.read(str(path), fmt="path")
    check(len(reader.data) == 1, f"{path.name}: {len(reader.data)} documents")
    document = reader.data[0]
    pages = document["page_info"]
    check(len(pages) == file.pages, f"{path.name}: easyofd sees {len(pages)} pages of {file.pages}")
    read_text = letters("".join(line["text"] for page in pages.values() for line in page["text_list"]))
    ours = (out / f"{path.stem}.txt").read_text()
    check(ours.strip(), f"{path.name}: we read no text at all")
    missing = [word for word in ours.split() if letters(word) not in read_text]
    # Where our lines are put together from several objects, the characters must be the same ones at least.
    lost = Counter(letters(ours)) - Counter(read_text)
    check(not lost, f"{path.name}: easyofd does not read {dict(lost)}")
    pictures = sum(len(page["img_list"]) for page in pages.values())
    check(pictures == file.pictures, f"{path.name}: easyofd sees {pictures} pictures of {file.pictures}")
    pdf = pymupdf.open(stream=reader.to_pdf(), filetype="pdf")
    check(len(pdf) == file.pages, f"{path.name}: easyofd draws {len(pdf)} pages of {file.pages}")
    drawn = Counter(letters("".join(page.get_text() for page in pdf)))
    lost = Counter(letters(ours)) - drawn
    for character in UNDRAWN:
        lost.pop(character, None)
    check(not lost, f"{path.name}: easyofd does not draw {dict(lost)}")
    sheets = [page.get_pixmap(matrix=pymupdf.Matrix(scale(page), scale(page))) for page in pdf]
    for number, sheet in enumerate(sheets, 1):
        sheet.save(out / f"{path.stem}-{number}-easyofd.png")
    seals = sum(seal_is_drawn(path, sheets, pdf, signature) for signature in file.signatures)
    print(f"  {path.name}: {file.pages} pages, {len(ours.split()) - len(missing)} words whole, {len(missing)} in pieces, {pictures} pictures, {seals} seals")


def scale(page):
    return WIDTH / page.rect.width


def seal_is_drawn(path, sheets, pdf, signature):
    """easyofd takes the last place of a signature only: of a seal across pages it shows the last strip."""
    page, (x, y, width, height) = signature.stamps[-1]
    sheet = sheets[page]
    millimetre = scale(pdf[page]) * POINTS
    red = 0
    for row in range(int(y * millimetre), min(int((y + height) * millimetre), sheet.height)):
        for column in range(max(int(x * millimetre), 0), min(int((x + width) * millimetre), sheet.width)):
            r, g, b = sheet.pixel(column, row)[:3]
            red += r > 150 and g < 120 and b < 120
    check(red > 20, f"{path.name}: easyofd draws no seal on page {page + 1} for {signature.path}")
    return 1


def main(folder, out):
    font()
    for path in ofd_files(folder):
        one(path, Path(out))


run(main)
