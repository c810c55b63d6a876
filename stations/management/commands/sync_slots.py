from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger.actors import Job
from ledger.errors import Refused
from stations.actions import sync_slots


class Command(BaseCommand):
    help = "Make the cap on titles and the numbered places those of the measure's file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("measure", nargs="?", default="wuhan")

    def handle(self, *, measure: str, **options: object) -> None:
        try:
            added = sync_slots(measure, actor=Job("sync_slots"))
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        except FileNotFoundError as missing:
            raise CommandError(f"没有办法文件 {missing.filename}，请核对办法代码。") from missing
        self.stdout.write(f"{measure}：新增 {added} 个名额。" if added else f"{measure}：名额与办法一致，没有变化。")
