"""Pages that belong to no single app: the front page, each person's home, the guide, the look."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

import measures
from accounts.actions import set_large_type
from accounts.cached import CachedPage
from config import design
from config.context import LARGE_TYPE_COOKIE
from config.home import news, open_notices, todos_for
from config.navigation import address, doors
from config.overview import figures_for, recent_for
from config.templatetags.words import wan
from evaluation.views.notices import WATCHED

YEAR = 365 * 24 * 3600


class FrontPage(CachedPage):
    """What is in public notice now and what was published last. It tells the time that is left to the minute, so it is
    rendered once a minute at least; the minute is the clock's, on whose full ones a public notice ends."""

    template_name = "pages/front.html"
    watched = (*WATCHED, "funding.publiclist")
    lasts = 60
    max_age = 0  # a browser that keeps it asks each time whether the minute is over

    def context(self) -> dict[str, Any]:
        now, latest = timezone.now(), news()
        return {
            **super().context(),
            "notices": open_notices(now),
            "big_doors": [
                ("我要申报", "edit", "按办法规定的条件和材料在线申报评价", address("evaluation:my_application_list")),
                ("我要提异议", "voice", "公示期内任何单位或个人都可以提出", address("evaluation:notice_list")),
                ("找服务站", "place", "按区域、能力、行业查找市级质量服务站", address("stations:station_list")),
                ("证书查验", "seal", "输入证书编号，核对称号是否有效", address("stations:certificate_check")),
            ],
            "news": latest,
            "now": now,
            "updated_at": latest[0].at if latest else None,
        }


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """How to apply, out of the measure itself."""
    measure = measures.load(settings.MEASURE)
    due, award = measure.self_assessment, measure.money.award
    context = {
        "title": "办事指南",
        "measure": measure,
        "notice_days": f"评价结果向社会公示 {measure.notice.days} 日，公示期内任何单位或个人都可以提出异议",
        "assessment_due": f"获得称号的服务站每年 {due.month} 月 {due.day} 日前报送",
        "cap": f"全市不超过 {measure.cap} 个",
        "award": award and f"最高不超过 {wan(award.ceiling)}，{'只支持一次' if award.once else ''}",
        "tiers": [
            ((f"年度{tier.name}", f"不超过 {tier.places} 个，每个 {wan(tier.amount)}"), tier.citation)
            for tier in measure.money.tiers
        ],
        "apply_url": address("evaluation:my_application_list"),
        "max_megabytes": settings.MAX_UPLOAD_BYTES // 1024 // 1024,
    }
    return render(request, "pages/guide.html", context)


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    user = request.user
    context = {"title": "待办", "todos": todos_for(user), "figures": figures_for(user), "recent": recent_for(user)}
    return render(request, "pages/home.html", context)


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/sitemap.html", {"title": "站点地图", "links": doors(request.path)})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/accessibility.html", {"title": "无障碍说明"})


@require_safe
def design_page(request: HttpRequest) -> HttpResponse:
    return render(request, "design/index.html", {"title": "设计系统", **design.page()})


@csrf_exempt  # it changes how letters look and nothing else; without a token, public pages stay the same for everybody
@require_POST
def large_type(request: HttpRequest) -> HttpResponse:
    """大字版 on or off: a cookie, and, for whom is signed in, the account as well."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return HttpResponseBadRequest("请在本站页面上切换字号。")
    large = request.POST.get("large") == "1"
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    if request.user.is_authenticated:
        set_large_type(request.user, large=large)
    response = redirect(target)
    response.set_cookie(
        LARGE_TYPE_COOKIE, "1" if large else "0", max_age=YEAR, samesite="Lax", secure=request.is_secure()
    )
    return response
