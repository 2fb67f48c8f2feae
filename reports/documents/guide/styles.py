"""The guide’s look: page, typeface, paragraph and table styles, numbering of headings and lists."""

from typing import Any, cast

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import OxmlElement, parse_xml
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.font import Font

from presentation.charts.palette import ACCENT, INK, MUTED, PALE, SUNKEN, Tone

TYPEFACE, FALLBACK = "Inter", "Segoe UI"
LANGUAGE = "en-GB"
TEXT_WIDTH_CM = 17.0
PAPERS_CM = {"A4": (21.0, 29.7), "letter": (21.59, 27.94)}
TABLE_STYLE, FORM_STYLE = "Guide Table", "Guide Form"
HEADING_LIST, BULLET_LIST, NUMBER_LIST = 91, 92, 93
THEME_FONTS = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")

# name: size in pt, bold, colour, space before and after in pt
HEADINGS = {
    "Title": (26.0, True, INK, 0, 4),
    "Subtitle": (12.0, False, MUTED, 0, 14),
    "TOC Heading": (13.0, True, ACCENT, 14, 4),
    "Heading 1": (18.0, True, ACCENT, 22, 8),
    "Heading 2": (13.0, True, INK, 16, 4),
    "Heading 3": (10.5, True, ACCENT, 12, 4),
}
PARAGRAPHS = {
    "Body Text": (10.0, False, INK, 0, 6),
    "Lead": (11.5, True, INK, 0, 6),
    "Fact": (10.0, False, INK, 3, 3),
    "List Bullet": (10.0, False, INK, 0, 3),
    "List Number": (10.0, False, INK, 0, 3),
    "Table Head": (8.5, True, INK, 2, 2),
    "Table Text": (9.0, False, INK, 2, 2),
    "Table Note": (8.0, False, MUTED, 0, 2),
    "toc 1": (9.5, True, INK, 4, 0),
    "toc 2": (9.0, False, INK, 0, 0),
    "Footer": (8.0, False, MUTED, 0, 0),
}


def element(name: str, /, **attributes: str) -> Any:
    """An element of WordprocessingML with attributes of the same namespace."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def apply_look(document: Document, paper: str) -> None:
    """Give the document its page, styles and lists."""
    _page(document, *PAPERS_CM[paper])
    _drop_table_styles(document)
    _defaults(document)
    for name, look in (HEADINGS | PARAGRAPHS).items():
        _dress(_style(document, name), *look)
    _refine(document)
    _add_table_style(document, TABLE_STYLE, "top bottom insideH")
    _add_table_style(document, FORM_STYLE, "top bottom insideH insideV")
    _add_lists(document)
    _name_fallback(document)


def colour(tone: Tone) -> RGBColor:
    """A tone of the palette as the file knows it."""
    return RGBColor.from_string(tone.value.lstrip("#").upper())


def _page(document: Document, width_cm: float, height_cm: float) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(width_cm), Cm(height_cm)
    section.left_margin = section.right_margin = Cm((width_cm - TEXT_WIDTH_CM) / 2)
    section.top_margin, section.bottom_margin = Cm(2), Cm(2.2)
    section.footer_distance = Cm(1.1)


def _drop_table_styles(document: Document) -> None:
    """Take out the template's hundred table styles: not ours, and slow to search."""
    kept = document.styles.default(WD_STYLE_TYPE.TABLE)
    for style in list(document.styles):
        if style.type == WD_STYLE_TYPE.TABLE and style != kept:
            style.delete()


def _defaults(document: Document) -> None:
    run = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault"))[0]
    _typeface(run)
    language = run.find(qn("w:lang"))
    language.set(qn("w:val"), LANGUAGE)


def _typeface(properties: Any) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for theme in THEME_FONTS:
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), TYPEFACE)


def _style(document: Document, name: str) -> ParagraphStyle:
    styles = document.styles
    if name not in styles:
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name.startswith("toc"))
        style.base_style = styles["Normal"]
    return cast(ParagraphStyle, styles[name])


def _dress(
    style: ParagraphStyle, size: float, bold: bool, tone: Tone, before: float, after: float
) -> None:
    font: Font = style.font
    font.size, font.bold, font.italic = Pt(size), bold, False
    font.color.rgb = colour(tone)
    _typeface(style.element.get_or_add_rPr())
    spacing = style.element.get_or_add_rPr().find(qn("w:spacing"))
    if spacing is not None:
        spacing.getparent().remove(spacing)
    layout = style.paragraph_format
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    layout.line_spacing = 1.15


def _refine(document: Document) -> None:
    _style(document, "TOC Heading").base_style = document.styles["Normal"]
    for name in ("Title", "Fact"):
        _borders(_style(document, name), name == "Fact")
    _style(document, "Fact").paragraph_format.tab_stops.add_tab_stop(Cm(3.2))
    for name, left in (("toc 1", 0.0), ("toc 2", 0.9)):
        layout = _style(document, name).paragraph_format
        layout.left_indent = Cm(left)
        layout.tab_stops.add_tab_stop(Cm(left + (0.9 if left == 0 else 1.1)))
    for name in ("List Bullet", "List Number"):
        contextual = _style(document, name).element.pPr.find(qn("w:contextualSpacing"))
        if contextual is not None:
            contextual.getparent().remove(contextual)
    _style(document, "Table Head").paragraph_format.keep_with_next = True
    _style(document, "Lead").paragraph_format.keep_with_next = True
    number = _style(document, "Table Number")
    number.base_style = document.styles["Table Text"]
    number.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _borders(style: ParagraphStyle, has_lines: bool) -> None:
    """Lines below and between paragraphs, or none."""
    properties = style.element.get_or_add_pPr()
    old = properties.find(qn("w:pBdr"))
    if old is not None:
        properties.remove(old)
    if has_lines:
        line = f'w:val="single" w:sz="4" w:space="3" w:color="{PALE.value[1:]}"'
        properties.insert_element_before(
            parse_xml(f"<w:pBdr {nsdecls('w')}><w:bottom {line}/><w:between {line}/></w:pBdr>"),
            *("w:shd", "w:tabs", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc"),
        )


def _add_table_style(document: Document, name: str, lines: str) -> None:
    """A table with a marked head and hairlines at `lines`."""
    style = document.styles.add_style(name, WD_STYLE_TYPE.TABLE)
    style.base_style = document.styles["Normal Table"]
    thin = f'w:val="single" w:sz="4" w:space="0" w:color="{PALE.value[1:]}"'
    thick = f'w:val="single" w:sz="8" w:space="0" w:color="{ACCENT.value[1:]}"'
    borders = "".join(f"<w:{line} {thin}/>" for line in lines.split())
    whole = (
        f"<w:tblPr {nsdecls('w')}><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>"
        '<w:top w:w="40" w:type="dxa"/><w:left w:w="113" w:type="dxa"/>'
        '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="113" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr>"
    )
    head = (
        f'<w:tblStylePr {nsdecls("w")} w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr>'
        f"<w:tcBorders><w:bottom {thick}/></w:tcBorders>"
        f'<w:shd w:val="clear" w:color="auto" w:fill="{SUNKEN.value[1:]}"/></w:tcPr></w:tblStylePr>'
    )
    for part in (whole, head):
        style.element.append(parse_xml(part))


def _add_lists(document: Document) -> None:
    """Numbers for headings 1 and 2, bullets, and numbers for steps."""
    chapters = _level(0, "decimal", "%1", 680, "Heading1")
    sections = _level(1, "decimal", "%1.%2", 680, "Heading2")
    _add_list(document, HEADING_LIST, chapters + sections)
    _add_list(document, BULLET_LIST, _level(0, "bullet", "•", 360, "ListBullet"))
    _add_list(document, NUMBER_LIST, _level(0, "decimal", "%1.", 400, "ListNumber"))
    for name, list_id, depth in (
        ("Heading 1", HEADING_LIST, 0),
        ("Heading 2", HEADING_LIST, 1),
        ("List Bullet", BULLET_LIST, 0),
        ("List Number", NUMBER_LIST, 0),
    ):
        number = document.part.numbering_part.element.add_num(list_id)
        properties = _style(document, name).element.get_or_add_pPr()
        belongs = properties.get_or_add_numPr()
        belongs.get_or_add_ilvl().val = depth
        belongs.get_or_add_numId().val = number.numId


def _level(depth: int, form: str, text: str, indent: int, style: str) -> str:
    """One level of a list: its number hangs in an indent of twentieths of a point."""
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:pStyle w:val="{style}"/><w:suff w:val="tab"/><w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:tabs><w:tab w:val="num" w:pos="{indent}"/></w:tabs>'
        f'<w:ind w:left="{indent}" w:hanging="{indent}"/></w:pPr></w:lvl>'
    )


def _add_list(document: Document, list_id: int, levels: str) -> None:
    numbering = document.part.numbering_part.element
    definition = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{list_id}">'
        f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    )
    numbering.insert_element_before(definition, "w:num", "w:numIdMacAtCleanup")


def _name_fallback(document: Document) -> None:
    """Tell programs without the typeface which one comes nearest."""
    for part in document.part.package.iter_parts():
        if part.partname.endswith("/fontTable.xml"):
            entry = (
                f'<w:font w:name="{TYPEFACE}"><w:altName w:val="{FALLBACK}"/>'
                '<w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>'
            )
            part._blob = part.blob.replace(b"</w:fonts>", entry.encode())
