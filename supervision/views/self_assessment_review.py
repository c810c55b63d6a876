"""What the bureau does with a filed self-assessment."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.pages import ActPage
from supervision.actions import self_assessment_review as actions
from supervision.forms.self_assessment import ReturnForm, ReviewForm
from supervision.queries import self_assessment as queries
from supervision.queries.self_assessment_content import measure_of


class ReviewAct(ActPage):
    query = staticmethod(queries.self_assessments_visible_to)
    permission = "supervision.review_self_assessment"


class SelfAssessmentReview(ReviewAct):
    title = "审阅年度自评"
    form_class = ReviewForm
    button = "完成审阅"
    success = "已审阅，审阅意见已发给服务站。"

    def act(self, **data: Any) -> Any:
        return actions.review_self_assessment(self.object, actor=self.request.user, **data)


class SelfAssessmentReturn(ReviewAct):
    title = "退回补充"
    form_class = ReturnForm
    question = "在要补充的指标下写明理由，其他的留空。按期报送的事实不变；列入年度评价后不能再退回。"
    button = "退回"
    success = "已退回，并已通知服务站。"

    def form_kwargs(self) -> dict[str, Any]:
        later = timezone.localdate() + dt.timedelta(days=10)
        return {"indicators": measure_of(self.object).indicators, "initial": {"last_day": later}}

    def act(self, **data: Any) -> Any:
        return actions.return_self_assessment(self.object, actor=self.request.user, **data)
