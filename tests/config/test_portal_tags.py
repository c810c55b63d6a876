"""Components that compute something."""

import datetime as dt
import re

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import timezone

from accounts.fields import FilesField
from config.history import lines
from config.templatetags.portal import remaining
from evaluation.models import Application
from evaluation.states import ApplicationState
from ledger.journal import history_of, record
from tests.factories import make_station, make_user

NOW = dt.datetime(2026, 11, 20, 1, 0, tzinfo=dt.UTC)


def show(source, **context):
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0.5, "0分"), (59, "59分"), (61, "1小时1分"), (24 * 60, "1天0小时"), (5 * 1440 + 61, "5天1小时"), (-9, "0分")],
)
def test_time_left_is_said_in_its_two_largest_units(minutes, words):
    assert remaining(NOW + dt.timedelta(minutes=minutes), NOW) == words


def test_a_countdown_says_when_it_is_over():
    assert "公示已结束" in show('{% countdown at over="公示已结束" now=now %}', at=NOW, now=NOW)
    assert "还有 <strong data-left>1小时0分</strong>" in show(
        '{% countdown at label="还有" now=now %}', at=NOW + dt.timedelta(hours=1), now=NOW
    )


def test_a_due_date_that_has_passed_is_said_in_words():
    assert "已超期" in show("{% due at now=now %}", at=NOW, now=NOW)
    assert "还剩" in show("{% due at now=now %}", at=NOW + dt.timedelta(days=3), now=NOW)
    assert "还剩" not in show("{% due at now=now %}", at=NOW + dt.timedelta(days=4), now=NOW)


def test_text_from_people_is_escaped_in_components():
    shown = show('{% badge label=x %}{% fact "名称" x %}{% notice title=x %}{% endnotice %}', x="<b>坏</b>")
    assert "<b>" not in shown


def test_an_unknown_tone_is_refused():
    with pytest.raises(TemplateSyntaxError):
        show('{% badge label="x" tone="pink" %}')


@pytest.mark.parametrize("state", list(ApplicationState))
def test_a_state_is_shown_in_its_tone_and_in_the_words_of_its_reader(state):
    application = Application(state=state.value)
    staff = show("{% state_badge a %}", a=application)
    public = show("{% state_badge a public=True %}", a=application)
    assert staff == f'<span class="badge tone-{state.tone}">{state.label}</span>'
    assert public == f'<span class="badge tone-{state.tone}">{state.public_label or state.label}</span>'


@pytest.mark.django_db
def test_the_timeline_names_moves_states_and_people_but_not_in_public():
    user, station = make_user(name="赵敏"), make_station()
    record(station, "checked", actor=user, at=timezone.now(), reason="材料齐全")
    entries = history_of(station)
    assert [line.who for line in lines(entries)] == ["赵敏"]
    inside, outside = show("{% timeline e %}", e=entries), show("{% timeline e public=True %}", e=entries)
    assert "赵敏" in inside
    assert "材料齐全" in inside
    assert "赵敏" not in outside
    assert "材料齐全" not in outside


class Sample(forms.Form):
    name = forms.CharField(label="名称", help_text="全称")
    kind = forms.ChoiceField(label="类型", choices=[("", "请选择"), ("a", "甲")])
    ways = forms.MultipleChoiceField(label="方式", choices=[("a", "甲")], widget=forms.CheckboxSelectMultiple)
    paper = forms.FileField(label="申报书")
    proofs = FilesField(label="证明材料")
    promise = forms.BooleanField(label="承诺")

    def clean(self):
        raise forms.ValidationError("名称与类型不符，请核对。")


def test_the_error_summary_says_what_to_do_and_leads_to_each_field():
    shown = show("{% error_summary form %}", form=Sample(data={}))
    assert re.findall(r"<li>(?:<a href=\"#(.*?)\">)?(.*?)(?:</a>)?</li>", shown) == [
        ("id_name", "请填写名称。"),
        ("id_kind", "请选择类型。"),
        ("id_ways", "请选择方式。"),
        ("id_paper", "请上传申报书。"),
        ("id_proofs", "请上传证明材料。"),
        ("id_promise", "请勾选“承诺”。"),
        ("", "名称与类型不符，请核对。"),
    ]
    assert show("{% error_summary form %}", form=Sample()).strip() == ""


def test_a_field_points_to_its_hint_and_its_error():
    shown = show("{% field form.name %}", form=Sample(data={}))
    described = re.search(r'aria-describedby="(.*?)"', shown)[1].split()
    assert set(described) == {"id_name_helptext", "id_name_error"}
    assert all(f'id="{target}"' in shown for target in described)


def test_sort_links_keep_the_filters_and_drop_the_page():
    request = RequestFactory().get("/", {"q": "光谷", "page": "3", "sort": "due"})
    shown = show('{% sort_head "due" "期限" %}{% sort_head "name" "名称" %}', request=request, sort="due")
    assert re.findall(r'href="(.*?)"', shown)[0] == "?q=%E5%85%89%E8%B0%B7&amp;sort=-due"
    assert "?q=%E5%85%89%E8%B0%B7&amp;sort=name" in shown
    assert shown.count('aria-sort="ascending"') == 1
