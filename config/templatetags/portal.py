"""The components of the portal, as template tags with declared attributes; /design/ shows each of them.

Django checks the attributes of a tag against its function when a template is compiled: an unknown one, or a required
one left out, is a TemplateSyntaxError. `tests/config/test_templates.py` compiles every template. Small components that
stand in every row of a list are made by `format_html`; the others have a template of their name in
`templates/components/`.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import BaseForm, BaseFormSet, BoundField
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from config.history import lines
from config.templatetags.words import NOTHING, cn_deadline
from ledger.moves import State

register = template.Library()
CHOSEN = {"select", "nullbooleanselect", "radioselect", "checkboxselectmultiple", "selectmultiple"}
TONES = ("neutral", "info", "good", "warn", "bad")


def known(tone: str) -> str:
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"tone is one of {', '.join(TONES)}, not {tone!r}")
    return tone


# -- Words with a look  ----


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing from static/icons.svg, for the eye only: words stand beside it."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("icons.svg"), name)


@register.simple_tag
def badge(*, label: str, tone: str = "neutral") -> SafeString:
    return format_html('<span class="badge tone-{}">{}</span>', known(tone), label)


@register.simple_tag
def state_badge(obj: Model, *, public: bool = False) -> SafeString:
    """The state of `obj` in its tone; the wording of its own staff, or the wording that the public reads.

    The row of states is found through the default of the model's `state` field, or through its moves without one.
    """
    default = obj._meta.get_field("state").default
    states = type(default) if isinstance(default, State) else next(iter(obj.MOVES.values())).states  # type: ignore[attr-defined]
    state = states(obj.state)
    label = state.public_label if public and state.public_label else state.label
    return badge(label=label, tone=state.tone)


@register.simple_tag
def fact(label: str, value: object = None, *, note: str = "") -> SafeString:
    """One row of `<dl class="facts">`. What is not known is a dash."""
    shown = NOTHING if value is None or value == "" else value
    small = format_html('<br><span class="muted small">{}</span>', note) if note else ""
    return format_html("<div><dt>{}</dt><dd>{}{}</dd></div>", label, shown, small)


def remaining(closes_at: dt.datetime, now: dt.datetime) -> str:
    """How long until `closes_at`, in the two largest units that matter: 3天4小时, 4小时20分, 20分."""
    minutes = max(int((closes_at - now).total_seconds() // 60), 0)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days}天{hours}小时"
    return f"{hours}小时{minutes}分" if hours else f"{minutes}分"


@register.inclusion_tag("components/countdown.html")
def countdown(
    closes_at: dt.datetime,
    *,
    label: str = "距截止还有",
    over: str = "已截止",
    now: dt.datetime | None = None,
    kept: bool = False,
) -> dict:
    """Time left until an instant. The server writes it; static/js/countdown.js keeps it going.

    `kept`: the page is given out again later, so the script goes by the reader's clock and not by that of the page.
    """
    now = now or timezone.now()
    return {
        "closes_at": closes_at,
        "clock": None if kept else now,
        "closed": closes_at <= now,
        "left": remaining(closes_at, now),
        "label": label,
        "over": over,
        "deadline": cn_deadline(closes_at),
    }


@register.simple_tag
def due(at: dt.datetime | None, *, now: dt.datetime | None = None) -> SafeString:
    """A due date in a list or a to-do: red and said in words when it has passed, marked when within three days."""
    if at is None:
        return format_html('<span class="muted">{}</span>', NOTHING)
    now = now or timezone.now()
    said = format_html('<time datetime="{}">{}</time>', timezone.localtime(at).isoformat(), cn_deadline(at))
    if at <= now:
        return format_html('<span class="overdue">已超期 {}</span>', said)
    soon = at <= now + dt.timedelta(days=3)
    return format_html(
        "<span>{} {}</span>", said, badge(label=f"还剩{remaining(at, now)}", tone="warn") if soon else ""
    )


# -- Boxes  ----


@register.simple_block_tag
def notice(content: str, *, tone: str = "info", title: str = "", role: str = "") -> SafeString:
    head = format_html('<p class="notice-title">{}</p>', title) if title else ""
    attr = format_html(' role="{}"', role) if role else ""
    return format_html('<div class="notice tone-{}"{}>{}{}</div>', known(tone), attr, head, content)


@register.simple_block_tag
def empty_state(content: str, *, title: str) -> SafeString:
    """A list without rows: says so, and says inside what to do."""
    return format_html('<div class="empty"><p class="empty-title">{}</p>{}</div>', title, content)


@register.inclusion_tag("components/stat_tile.html")
def stat_tile(*, label: str, figure: object, unit: str = "", note: str = "", url: str = "") -> dict:
    """A figure with its name; stands in `<dl class="tiles">`."""
    return {"label": label, "figure": NOTHING if figure is None else figure, "unit": unit, "note": note, "url": url}


@register.inclusion_tag("components/step_bar.html")
def step_bar(steps: Iterable[Any], *, label: str = "办理进度") -> dict:
    """Steps in order. Each has `label`, `state` (done, current, problem, todo), and may have `url` and `note`."""
    words = {"done": "已完成", "current": "当前步骤", "problem": "需要处理", "todo": "未开始"}
    return {"steps": [(step, words[value_of(step, "state")]) for step in steps], "label": label}


def value_of(thing: Any, name: str) -> Any:
    return thing[name] if isinstance(thing, Mapping) else getattr(thing, name)


@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Any], *, current: str, label: str = "分类") -> dict:
    """Views of one list as links. Each item has `key`, `label`, `url`, and may have `count`."""
    return {"items": items, "current": current, "label": label}


@register.inclusion_tag("components/file_list.html")
def file_list(files: Iterable[Any], *, empty: str = "还没有上传文件。") -> dict:
    """Files with name and size. Each has `name`, `size`, `url`; may have `note`, `sha256`, `remove_url`."""
    return {"files": list(files), "empty": empty}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[Any], *, public: bool = False, empty: str = "还没有办理记录。") -> dict:
    """The journal of an object, newest first. The public wording names no person and no reason."""
    return {"lines": lines(entries), "public": public, "empty": empty}


@register.inclusion_tag("components/progress_bar.html")
def progress_bar(job: Any, *, label: str, url: str = "") -> dict:
    """A LongJob. While it runs, the bar asks `url` (the page that shows it) anew every second by htmx."""
    return {"job": job, "label": label, "url": url, "busy": job.state in {"waiting", "running"}}


@register.inclusion_tag("components/todo_list.html")
def todo_list(todos: Iterable[Any], *, empty: str = "目前没有等您办理的事项。") -> dict:
    """What waits for somebody: `title`, `url`, `due_at`, `reason`, `tone`."""
    return {"todos": list(todos), "empty": empty}


# -- Forms  ----


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm | BaseFormSet | None) -> dict:
    """Everything that is wrong, at the top, each line a link to its field. Nothing when nothing is wrong."""
    problems: list[tuple[str, str]] = []
    for form in flat(forms):
        if form.is_bound:
            for name, errors in form.errors.as_data().items():
                bound = form[name] if name in form.fields else None
                target = bound.id_for_label or bound.auto_id if bound else ""
                problems += [(target, sentence) for sentence in sentences(errors, bound, named=True)]
    for formset in forms:
        if isinstance(formset, BaseFormSet) and formset.is_bound:
            problems += [("", error) for error in formset.non_form_errors()]
    return {"problems": problems}


def sentences(errors: Iterable[ValidationError], bound: BoundField | None, *, named: bool) -> list[str]:
    """Errors as sentences that say what to do. `named`: the label stands before each, for use away from the field."""
    if bound is None:
        return [text for error in errors for text in error.messages]
    verb = (
        "选择" if bound.widget_type in CHOSEN else "上传" if bound.widget_type.endswith(("file", "files")) else "填写"
    )
    said = []
    for error in errors:
        if error.code == "required" and bound.widget_type == "checkbox":
            said.append(f"请勾选“{bound.label}”。")
        elif error.code == "required":
            said.append(f"请{verb}{bound.label}。")
        else:
            said += [f"{bound.label}：{text}" if named else text for text in error.messages]
    return said


@register.simple_tag
def field_errors(bound: BoundField) -> SafeString:
    """What is wrong with a field, under the id that its widget points to."""
    said = sentences(bound.form.errors.as_data().get(bound.name, []), bound, named=False)
    if not said:
        return mark_safe("")
    lines = format_html_join("", "<li>{}</li>", ((text,) for text in said))
    return format_html('<ul class="errorlist" id="{}_error">{}</ul>', bound.auto_id, lines)


def flat(forms: Iterable[BaseForm | BaseFormSet | None]) -> Iterable[BaseForm]:
    for form in forms:
        if isinstance(form, BaseFormSet):
            yield from form.forms
        elif form:  # an undefined variable of the template is an empty text
            yield form


@register.simple_tag
def field(bound: Any, *, label: str = "", hint: str = "") -> SafeString:
    """A form field with label, hint, error and widget, tied together for screen readers."""
    if label:
        bound.label = label
    if hint:
        bound.help_text = hint
    return bound.as_field_group()


@register.simple_block_tag(takes_context=True)
def post_form(
    context: Context,
    content: str,
    *,
    action: str = "",
    files: bool = False,
    autosave: str = "",
    id: str = "",  # noqa: A002  the attribute's own name
) -> SafeString:
    """A form that posts: with the tokens that guard it against forgery and against being sent twice.

    `files`: it carries uploads, and shows how far they are. `autosave`: the address that takes drafts as one types.
    """
    return template.loader.get_template("components/post_form.html").render(
        {
            "content": content,
            "action": action,
            "files": files,
            "autosave": autosave,
            "id": id,
            "once": context.get("once", ""),
            "csrf_token": context.get("csrf_token"),
        }
    )


@register.simple_block_tag(takes_context=True)
def confirm(
    context: Context,
    content: str,
    *,
    url: str,
    label: str,
    title: str,
    yes: str = "确定",
    look: str = "secondary",
    id: str,  # noqa: A002
) -> SafeString:
    """A button that asks first. With JavaScript in a dialog; without, `url` answers GET with a page that asks."""
    return template.loader.get_template("components/confirm.html").render(
        {
            "content": content,
            "url": url,
            "label": label,
            "title": title,
            "yes": yes,
            "look": look,
            "id": id,
            "once": context.get("once", ""),
            "csrf_token": context.get("csrf_token"),
        }
    )


# -- Lists  ----


@register.simple_tag(takes_context=True)
def sort_head(context: Context, key: str, label: str, *, number: bool = False) -> SafeString:
    """A column head that sorts, keeping the filters of the address. `key` must be in the page's `sorts`."""
    current = context.get("sort", "")
    params = context["request"].GET.copy()
    params.pop("page", None)
    params["sort"] = f"-{key}" if current == key else key
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    return format_html(
        '<th scope="col"{}{}><a href="?{}">{}{}</a></th>',
        mark_safe(' class="number"' if number else ""),
        format_html(' aria-sort="{}"', direction) if direction else "",
        params.urlencode(),
        label,
        icon({"ascending": "up", "descending": "down"}.get(direction, "sort")),
    )


@register.inclusion_tag("components/filter_bar.html", takes_context=True)
def filter_bar(context: Context, *, search: str = "") -> dict:
    """Search and filters of a list page, kept in its address. `search` says what can be searched."""
    request = context["request"]
    filterset = context.get("filter")
    return {
        "form": filterset.form if filterset is not None else None,
        "search": search,
        "q": request.GET.get("q", ""),
        "sort": request.GET.get("sort", ""),
        "clear": request.path if request.GET else "",
    }


@register.inclusion_tag("components/pages.html", takes_context=True)
def pages(context: Context) -> dict:
    """Page numbers under a list; nothing when all is on one page."""
    page = context["page_obj"]
    base = context["request"].GET.copy()

    def address(number: int) -> str:
        base["page"] = str(number)
        return f"?{base.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    links = [(number, address(number) if isinstance(number, int) else "") for number in numbers]
    return {
        "page": page,
        "links": links,
        "previous": address(page.number - 1) if page.has_previous() else "",
        "next": address(page.number + 1) if page.has_next() else "",
    }


@register.inclusion_tag("components/exports.html", takes_context=True)
def exports(context: Context) -> dict:
    """The list as it is filtered now, as a file."""
    params = context["request"].GET.copy()
    params.pop("page", None)

    def address(kind: str) -> str:
        params["export"] = kind
        return f"?{params.urlencode()}"

    return {"csv": address("csv"), "xlsx": address("xlsx")}


@register.simple_tag
def yes_no(value: bool | None) -> SafeString:
    """A check or a cross, with its word."""
    if value is None:
        return mark_safe(NOTHING)
    return format_html("{} {}", icon("check" if value else "cross"), "是" if value else "否")
