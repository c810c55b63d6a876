"""Write the parts of docs/ that are made from the code; with --check, fail where they differ."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Model

from integration.api.schema import schema_yaml

INTRODUCTION = """# States

Generated from the MOVES tables by `manage.py build_docs`; `make check` compares. Each arrow is a move: its name, who may
make it (a permission, or the clock), and whether a reason must be given.
"""


def stateful_models() -> list[type[Model]]:
    """Every model whose state is written by guarded moves, in the order of the apps."""
    return [model for model in apps.get_models() if hasattr(model, "MOVES")]


def diagram(model: Any) -> str:
    """One model as a heading, its states with both wordings, and a Mermaid state diagram."""
    state = model._meta.get_field("state")
    lines = [f"## {model._meta.verbose_name} `{model._meta.label}`", "", "| state | staff read | the public reads |"]
    lines.append("|---|---|---|")
    states = next(iter(model.MOVES.values())).states
    lines += [f"| `{row.value}` | {row.label} | {row.public_label or '-'} |" for row in states]
    lines += ["", "```mermaid", "stateDiagram-v2"]
    if state.has_default():
        lines.append(f"    [*] --> {state.get_default()}")
    for move in model.MOVES.values():
        note = move.name + (" (clock)" if move.by_clock else "") + (" + reason" if move.needs_reason else "")
        lines += [f"    {source} --> {move.target}: {note}" for source in sorted(move.sources)]
    lines += ["```", "", "| move | in words | permission |", "|---|---|---|"]
    lines += [f"| `{move.name}` | {move.label} | `{move.permission}` |" for move in model.MOVES.values()]
    return "\n".join(lines) + "\n"


def states_page() -> str:
    return INTRODUCTION + "\n" + "\n".join(diagram(model) for model in stateful_models())


PAGES = {"states.md": states_page, "openapi.yaml": schema_yaml}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail where a page is out of date")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        for name, page in PAGES.items():
            path = Path(settings.BASE_DIR) / "docs" / name
            text = page()
            if not check:
                path.write_text(text)
            elif not path.exists() or path.read_text() != text:
                raise CommandError(f"docs/{name} is out of date: run manage.py build_docs")
