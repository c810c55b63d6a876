"""Say what is missing or misconfigured here, and what to do about it."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.doctor import examine

SIGNS = {"ok": "OK", "advice": "注意", "missing": "缺"}


class Command(BaseCommand):
    help = "检查运行环境：缺什么，怎么补。有「缺」时退出码为 1。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="一个 JSON 数组，每项一个检查")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = list(examine())
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
        else:
            for finding in findings:
                self.stdout.write(f"{SIGNS[finding.verdict]}\t{finding.subject}：{finding.found}")
                if finding.remedy:
                    self.stdout.write(f"\t→ {finding.remedy}")
        if any(finding.verdict == "missing" for finding in findings):
            sys.exit(1)
