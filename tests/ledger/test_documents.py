"""Papers are set offline, in the official layout, with every character that Wuhan's names need."""

import datetime as dt
import io

import pypdf
import pytest

from ledger import documents, fonts

PARAGRAPH = "市市场监管局组织专家从基础建设、服务提供、服务实施、服务成效等方面进行综合评价。"


@pytest.fixture
def templates(tmp_path, settings):
    """Write a template by name, to be found beside the real ones."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}]

    def write(body: str, base: str = "official") -> str:
        tmp_path.joinpath("paper.html").write_text(
            f'{{% extends "documents/{base}.html" %}}{{% block body %}}{body}{{% endblock %}}', encoding="utf-8"
        )
        return "paper.html"

    return write


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def font_names(pdf: bytes) -> set[str]:
    found = set()
    for page in read(pdf).pages:
        for font in page["/Resources"]["/Font"].values():
            found.add(font.get_object()["/BaseFont"].partition("+")[2].replace("-", " "))
    return found


def test_an_official_paper_is_a4_with_its_number_title_and_page_numbers(templates):
    context = {"title": "关于硚口区的通知", "document_number": "武市监〔2026〕42号", "signed_on": dt.date(2026, 11, 20)}
    reader = read(documents.render_pdf(templates(f"<p>{PARAGRAPH}</p>" * 14), context))
    assert [round(float(side) / 72 * 25.4) for side in reader.pages[0].mediabox[2:]] == [210, 297]
    assert len(reader.pages) == 2
    first, last = (page.extract_text() for page in reader.pages)
    assert "武市监〔2026〕42号" in first
    assert "关于硚口区的通知" in first
    assert "— 1 —" in first
    assert "— 2 —" in last
    assert "2026年11月20日" in last


def test_district_names_and_chinese_zero_need_no_big_font(templates):
    pdf = documents.render_pdf(templates("<p>硚口区、㛃、二〇二六年</p>"), {"title": "硚口区"})
    assert "硚口区、㛃、二〇二六年" in read(pdf).pages[0].extract_text()
    assert font_names(pdf)
    assert all(name.startswith("Portal") for name in font_names(pdf))


def test_a_character_that_the_cut_face_lacks_comes_from_the_installed_one(templates):
    pdf = documents.render_pdf(templates("<p>龘</p>"), {"title": "题"})
    assert "龘" in read(pdf).pages[0].extract_text()
    assert "Noto Serif CJK SC" in font_names(pdf)


def test_the_same_words_give_the_same_bytes(templates):
    name = templates(f"<p>{PARAGRAPH}</p>")
    assert documents.render_pdf(name, {"title": "题"}) == documents.render_pdf(name, {"title": "题"})


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/a.png", "file:///etc/hostname", "../manage.py", "font:../../manage.py", "no.png"]
)
def test_a_paper_reads_nothing_but_our_static_files(templates, address):
    with pytest.raises(documents.DocumentError):
        documents.render_pdf(templates(f'<img src="{address}" alt="">'), {"title": "题"})


def test_what_people_typed_is_text_and_not_markup(templates):
    pdf = documents.render_pdf(templates("<p>{{ typed }}</p>"), {"title": "题", "typed": "<img src='file:///etc/x'>"})
    assert "<img src='file:///etc/x'>" in read(pdf).pages[0].extract_text()


def test_without_cut_faces_papers_are_still_set(monkeypatch):
    monkeypatch.setattr(fonts, "FOLDERS", ("/nowhere",))
    assert list(fonts.cut_faces()) == []
    pdf = documents.Typesetter().pdf("<p>硚口区</p>")
    assert "硚口区" in read(pdf).pages[0].extract_text()


def test_every_face_is_installed_here():
    assert [face for face, _ in fonts.cut_faces()] == list(fonts.FACES)
