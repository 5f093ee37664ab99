"""Make nmderive/pages/maths.woff2: STIX Two Math, cut down to the characters that formulas use.

The result is committed, so nothing here is needed to use nmderive. To make it anew (ziamath carries the font):

    pip install fonttools brotli ziamath && python tools/maths_font.py
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

TARGET = Path(__file__).parent.parent / "nmderive" / "pages" / "maths.woff2"
FAMILY = "nmderive maths"
UPRIGHT = "".join(map(chr, range(0x20, 0x7F))) + "αβγδεϵζηθϑκλμνξπρσςτυφϕχψωΓΔΘΛΞΠΣΦΨΩ"
SIGNS = "∑∏∂∞√≠≤≥<>=≡≈∼∝∈∉∪∩∅±∓×⋅∘−→←⇒⇔⟺…⋯′∣|{}[]()¯ˆ˜^~\u00a0\u2061\u2062\u2063"
#: Mathematical italic letters, which a single letter is drawn with; Planck's constant stands for the italic h.
ITALIC = "".join(chr(x) for x in range(0x1D434, 0x1D468) if x != 0x1D455) + "ℎ"
ITALIC += "".join(map(chr, range(0x1D6FC, 0x1D71C))) + "𝚤𝚥"


def main() -> None:
    """Cut the font down and write it under a name of its own, as its licence asks of changed versions."""
    font = TTFont(str(resources.files("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf"))
    options = Options()
    options.layout_features = []
    options.hinting = False
    options.desubroutinize = True
    options.name_IDs = [0, 1, 2, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(text=UPRIGHT + SIGNS + ITALIC)
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 4):
            record.string = FAMILY
        elif record.nameID == 6:
            record.string = FAMILY.replace(" ", "-")
    font.flavor = "woff2"
    font.save(TARGET)
    characters = "".join(sorted(map(chr, font.getBestCmap())))
    TARGET.with_name("maths-characters.txt").write_text(characters + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes, {len(font.getGlyphOrder())} glyphs")


if __name__ == "__main__":
    main()
