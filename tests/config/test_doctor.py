"""The doctor names what is missing, each in one line, and fails only for what hinders."""

import datetime as dt
import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from config import doctor
from config.local import bootstrap
from tests.integration.conftest import platform, running_platform  # noqa: F401  fixtures

pytestmark = pytest.mark.django_db


def find(code):
    return next(finding for finding in doctor.examine() if finding.code == code)


def test_a_sound_machine_has_nothing_missing(capsys):
    call_command("doctor", "--json")
    findings = json.loads(capsys.readouterr().out)
    assert len(findings) == len(doctor.CHECKS)
    assert {finding["verdict"] for finding in findings} <= {"ok", "advice"}
    assert all(finding["remedy"] for finding in findings if finding["verdict"] != "ok")


def test_without_redis_the_exit_code_is_one_and_the_line_says_what_to_do(capsys):
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"), pytest.raises(SystemExit) as ended:
        call_command("doctor")
    assert ended.value.code == 1
    printed = capsys.readouterr().out
    assert "缺\tRedis" in printed
    assert "REDIS_URL" in printed


def test_a_package_of_another_version_is_named(monkeypatch, tmp_path):
    lock = tmp_path / "other.lock"
    lock.write_text("django==1.0 \\\n    --hash=sha256:00\nno-such-package==2.0 \\\n    --hash=sha256:00\n")
    monkeypatch.setattr(doctor, "LOCK", lock)
    finding = find("packages")
    assert finding.verdict == "missing"
    assert "django 5.2" in finding.found
    assert "no-such-package 未安装" in finding.found


def test_a_migration_that_was_not_run_is_counted():
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'sessions'")
    assert find("migrations").found == "还有 1 步没有执行"


def test_a_missing_font_is_named(monkeypatch):
    monkeypatch.setattr(bootstrap, "RARE", "10fffd")  # a private sign that no font has
    finding = find("font")
    assert (finding.verdict, "fonts-noto-cjk" in finding.remedy) == ("missing", True)


def test_a_missing_browser_is_advice(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert find("chromium").verdict == "advice"


def test_a_closed_media_folder_is_named(tmp_path):
    (tmp_path / "file").write_text("where a folder should be")
    with override_settings(MEDIA_ROOT=tmp_path / "file"):
        assert find("files").verdict == "missing"


@pytest.mark.parametrize(
    ("today", "verdict"),
    [
        (dt.date(2025, 6, 1), "ok"),
        (dt.date(2026, 6, 1), "advice"),
        (dt.date(2026, 12, 1), "missing"),
        (dt.date(2031, 1, 1), "missing"),
    ],
)
def test_next_years_calendar_is_missed_from_december_on(today, verdict):
    assert doctor.calendar(today).verdict == verdict


def test_an_empty_footer_names_the_variables():
    with override_settings(SITE_FOOTER={"site_code": "", "icp": "", "sponsor": "某局"}):
        assert "SITE_CODE、SITE_ICP" in doctor.footer().found


def test_a_platform_that_is_not_configured_is_advice_and_one_that_does_not_answer_is_missing(platform):  # noqa: F811
    assert find("hanjianlian").verdict == "ok"
    with override_settings(
        HANJIANLIAN={"url": "https://no-such-host.invalid/v1", "client_id": "a", "client_secret": "b"}
    ):
        assert (find("hanjianlian").verdict, find("hanjianlian").found) == ("missing", "域名无法解析")
    with override_settings(HANJIANLIAN={"url": "http://example.cn/v1"}):
        assert "https" in find("hanjianlian").remedy
    with override_settings(HANJIANLIAN={"url": ""}):
        assert (find("hanjianlian").verdict, "HANJIANLIAN_URL" in find("hanjianlian").remedy) == ("advice", True)
