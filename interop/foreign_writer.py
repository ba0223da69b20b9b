"""Makes OFD files with easyofd, for ours to read: python foreign_writer.py OUT

foreign-text.ofd comes from a PDF with these words, foreign-picture.ofd from a picture.
"""

import contextlib
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from loguru import logger

logger.remove()

from easyofd.ofd import OFD
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

WORDS = ["江苏省测试厅", "电子证照样例", "SAMPLE", "20260924"]

def main(out):
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    pdf = BytesIO()
    canvas = Canvas(pdf, pagesize=A4)
    for row, word in enumerate(WORDS):
        canvas.setFont("STSong-Light", 18)
        canvas.drawString(100, 700 - 60 * row, word)
    canvas.save()
    picture = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(picture).ellipse((100, 50, 300, 250), outline="red", width=12)
    out = Path(out).resolve()
    (out / "foreign-text.ofd").write_bytes(elsewhere(lambda: OFD().pdf2ofd(pdf.getvalue(), optional_text=True)))
    (out / "foreign-picture.ofd").write_bytes(elsewhere(lambda: OFD().jpg2ofd([picture])))
    (out / "foreign-text.words").write_text("\n".join(WORDS))

def elsewhere(make):
    """easyofd leaves a folder where it runs, and stumbles over one that is there."""
    with tempfile.TemporaryDirectory() as room, contextlib.chdir(room):
        return make()

main(*sys.argv[1:])
