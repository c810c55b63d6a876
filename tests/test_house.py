"""The rules of the house that no linter knows: sizes, names, who may write what."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parent.parent
APPS = sorted(path.parent for path in ROOT.glob("*/apps.py"))
SOURCES = [
    path
    for folder in [*APPS, ROOT / "bench", ROOT / "tests"]
    for path in sorted(folder.rglob("*.py"))
    if "migrations" not in path.parts
]
ROOMS = [path for path in SOURCES if path.is_relative_to(ROOT / "tests") is False]
TEMPLATES = sorted(path.relative_to(ROOT / "templates") for path in (ROOT / "templates").rglob("*.*"))
FILE_LINES, TEST_FILE_LINES, FUNCTION_LINES = 400, 600, 50
NAMELESS_DRAWERS = {"utils", "util", "helpers", "helper", "services", "selectors", "common", "misc"}
# The only code that writes a state, and the long job, which is no thing of the measure and has no moves.
WRITERS_OF_STATE = {"ledger/moves.py", "ledger/jobs.py"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def too_long(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{name(path)}:{node.lineno} {node.name} has {lines} lines"


def writes_of_state(module: ast.Module) -> Iterator[int]:
    """Lines that set an attribute `state`, or update the column past the moves."""
    for node in ast.walk(module):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets):
                yield node.lineno
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            by_keyword = called in {"update", "bulk_update"} and any(word.arg == "state" for word in node.keywords)
            by_name = called in {"setattr", "bulk_update"} and any(
                isinstance(part, ast.Constant) and part.value == "state" for arg in node.args for part in ast.walk(arg)
            )
            if by_keyword or by_name:
                yield node.lineno


def reaches_into_tables(module: ast.Module) -> Iterator[int]:
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}:
            yield node.lineno


def test_there_is_something_to_judge():
    assert len(APPS) == 10
    assert len(ROOMS) > 20


def test_no_file_is_too_long_to_read_in_one_go():
    lengths = {name(path): len(path.read_text().splitlines()) for path in SOURCES}
    limit = {True: TEST_FILE_LINES, False: FILE_LINES}
    assert {path: n for path, n in lengths.items() if n > limit[path.startswith("tests/")]} == {}


def test_no_function_is_too_long_to_hold_in_the_head():
    assert [line for path in ROOMS for line in too_long(path)] == []


def test_no_module_is_a_drawer_for_anything():
    assert [name(path) for path in ROOMS if path.stem in NAMELESS_DRAWERS] == []


def test_views_ask_queries_and_actions_not_tables():
    views = [path for path in ROOMS if "views" in {path.stem, path.parent.name}]
    assert [f"{name(path)}:{line}" for path in views for line in reaches_into_tables(tree(path))] == []


def test_a_state_is_written_by_moves_only():
    found = [f"{name(path)}:{line}" for path in ROOMS for line in writes_of_state(tree(path))]
    assert [where for where in found if where.rpartition(":")[0] not in WRITERS_OF_STATE] == []


@pytest.mark.parametrize(
    "source",
    [
        "entry.state = 'x'",
        "Entry.objects.filter(pk=1).update(state='x')",
        "setattr(entry, 'state', 'x')",
        "Entry.objects.bulk_update(rows, ['state'])",
    ],
)
def test_every_way_past_the_moves_is_seen(source):
    assert list(writes_of_state(ast.parse(source))) == [1]


def test_a_view_that_reaches_into_a_table_is_seen():
    assert list(reaches_into_tables(ast.parse("rows = Entry.objects.all()"))) == [1]


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_every_template_compiles(template):
    if template.suffix in {".html", ".txt", ".xml", ".svg"}:
        get_template(str(template))


def test_templates_are_found_where_the_settings_look():
    assert ROOT / "templates" in engines["django"].dirs
