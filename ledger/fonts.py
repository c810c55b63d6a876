"""Fonts for papers: the faces we set in, cut down once to the characters that Chinese papers use.

A whole Noto CJK face weighs 20 MB, and WeasyPrint would cut it down again for every page; from a face of some 8,000
glyphs a page takes a third of the time and of the bytes (docs/performance.md). A character that a cut face lacks is
taken from the installed face, which stands behind it in `font-family`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import uharfbuzz
from django.conf import settings

FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
# What GB 2312 lacks and our papers need: 硚口区, the zero of Chinese dates, and rarer signs of names of people.
BEYOND_GB2312 = "硚㛃〇䶮喆堃昇犇璟珺瑄翀玥珣钰晔暐祎赟垚淼焱鑫芃芮骉骁惢·—…“”‘’〔〕①②③④⑤⑥⑦⑧⑨⑩☐☑√×≥≤±−℃"


@dataclass(frozen=True)
class Face:
    """One face of papers: the family and weight in CSS, the file and the family it is cut from."""

    family: str
    weight: str
    file: str
    source: str

    @property
    def cut(self) -> Path:
        """Where the cut face lies; the name changes with what it should contain."""
        return settings.VAR_DIR / "fonts" / f"{Path(self.file).stem}-{len(wanted())}.otf"


FACES = (
    Face("Portal Serif", "400", "NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC"),
    Face("Portal Serif", "700", "NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC"),
    Face("Portal Sans", "400", "NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"),
    Face("Portal Sans", "700", "NotoSansCJK-Bold.ttc", "Noto Sans CJK SC"),
)


@cache
def wanted() -> frozenset[str]:
    """The characters of a cut face: Latin, GB 2312, and ours beyond it."""
    pairs = (bytes([high, low]) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    gb2312 = "".join(pair.decode("gb2312", errors="ignore") for pair in pairs)
    return frozenset(gb2312 + BEYOND_GB2312 + "".join(map(chr, range(0x20, 0x180))))


def installed(face: Face) -> Path | None:
    """The font file that the face is cut from, or None when it is not installed."""
    for folder in FOLDERS:
        if found := next(Path(folder).expanduser().rglob(face.file), None):
            return found
    return None


def cut_faces() -> Iterator[tuple[Face, Path]]:
    """The faces that can be had, each with its cut file, which is made when it is not there yet (0.2 s each).

    A face whose source is missing is left out: papers then fall back to whatever the system has, and `doctor` says so.
    """
    for face in FACES:
        source = installed(face)
        if source and not face.cut.exists():
            cut(face, source)
        if source:
            yield face, face.cut


def cut(face: Face, source: Path) -> None:
    """Write the cut face; several processes may do so at once, the last one wins with the same bytes."""
    blob = uharfbuzz.Blob.from_file_path(str(source))
    whole = next(
        candidate
        for candidate in (uharfbuzz.Face(blob, index) for index in range(blob_faces(blob)))
        if candidate.get_name(uharfbuzz.OTNameIdPredefined.FONT_FAMILY) == face.source
    )
    order = uharfbuzz.SubsetInput()
    order.sets(uharfbuzz.SubsetInputSets.UNICODE).set({ord(character) for character in wanted()})
    order.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.DESUBROUTINIZE
    face.cut.parent.mkdir(parents=True, exist_ok=True)
    partial = face.cut.with_suffix(f".{os.getpid()}")
    partial.write_bytes(uharfbuzz.subset(whole, order).blob.data)
    partial.replace(face.cut)


def blob_faces(blob: uharfbuzz.Blob) -> int:
    """How many faces a font file holds: a collection says so in its head, any other file has one."""
    head = blob.data[:12]
    return int.from_bytes(head[8:12], "big") if head[:4] == b"ttcf" else 1
