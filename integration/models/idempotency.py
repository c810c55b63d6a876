from django.db import models
from django.db.models import Q


class IdempotencyKey(models.Model):
    """The answer that a machine client got to a POST, by the key that it sent: who repeats the request gets it again.

    Written in the transaction of what the request did, so there is never an answer without its effect or the reverse. A
    request that is still running has no row but a lock (integration.actions.idempotency).
    """

    client_id = models.CharField("客户端", max_length=100)
    key = models.CharField("幂等键", max_length=200)
    fingerprint = models.CharField("请求指纹", max_length=64, help_text="方法、路径和规范化正文的 SHA-256")
    status = models.PositiveSmallIntegerField("答复状态码")
    content_type = models.CharField("答复类型", max_length=100)
    body = models.TextField("答复正文", blank=True)
    created_at = models.DateTimeField("时间", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "幂等键"
        constraints = [
            models.UniqueConstraint(fields=["client_id", "key"], name="an_idempotency_key_is_answered_once"),
            models.CheckConstraint(
                condition=Q(status__gte=200, status__lt=500), name="a_kept_answer_is_no_fault_of_ours"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.key}"
