"""Every template compiles (a component's attributes are checked then), and none is deeper than two."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Template, TemplateSyntaxError, engines

FOLDER = Path(settings.BASE_DIR) / "templates"
NAMES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))


@pytest.mark.parametrize("name", NAMES)
def test_every_template_compiles(name):
    engines["django"].get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_no_template_is_deeper_than_two(name):
    depth = 0
    own = FOLDER / name
    # A parent outside our folder is Django's or a library's; how deep those are is not ours to say.
    while own.exists() and (parent := re.search(r"{% extends \"([^\"]+)\" %}", own.read_text())):
        own, depth = FOLDER / parent[1], depth + 1
    assert depth <= 2


@pytest.mark.parametrize("name", NAMES)
def test_no_template_carries_inline_script_or_style(name):
    text = (FOLDER / name).read_text()
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)", text) == []


@pytest.mark.parametrize(
    "source",
    [
        '{% badge tone="good" label="x" colour="red" %}',
        '{% badge tone="good" %}',
        "{% due %}",
        "{% empty_state %}{% endempty_state %}",
    ],
)
def test_an_unknown_or_missing_attribute_is_an_error_when_the_template_is_compiled(source):
    with pytest.raises(TemplateSyntaxError):
        Template(source)
