"""Hold everything that is here against everything that the platform 汉检链 has."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from integration.actions.hanjianlian.reconciliation import open_run, reconcile, words_of
from integration.hanjianlian.client import Trouble, is_configured
from integration.models.hanjianlian import KINDS
from integration.queries.hanjianlian import discrepancies_of


class Command(BaseCommand):
    help = "与汉检链对账：本门户现有的、推送过的、平台现有的逐项比对。有差异时退出码为 1。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="一个 JSON 对象：数量和每处差异")

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_configured():
            raise CommandError("还没有配置汉检链，请设置 HANJIANLIAN_URL、HANJIANLIAN_CLIENT_ID 和密钥。")
        run = open_run()
        try:
            reconcile(run)
        except Trouble as trouble:
            raise CommandError(f"对账没有完成：{words_of(trouble)}。") from None
        found = list(discrepancies_of(run))
        if options["json"]:
            self.stdout.write(json.dumps(report(run, found), ensure_ascii=False, indent=2))
        else:
            for kind, label in KINDS:
                row = run.counts[kind]
                self.stdout.write(f"{label}\t本门户 {row['ours']}，平台 {row['theirs']}，一致 {row['same']}")
            for one in found:
                self.stdout.write(f"{one.get_kind_display()}\t{one.number}\t{one.get_what_display()}\t{one.note}")
        if found:
            sys.exit(1)


def report(run: Any, found: list[Any]) -> dict[str, Any]:
    names = ("kind", "number", "label", "what", "ours", "sent", "theirs", "note")
    return {
        "asked_at": run.asked_at.isoformat(),
        "finished_at": run.finished_at.isoformat(),
        "counts": run.counts,
        "differing": run.differing,
        "differences": [{name: str(getattr(one, name)) for name in names} for one in found],
    }
