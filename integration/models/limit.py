from django.db import models


class RequestCount(models.Model):
    """How many requests somebody has made in a stretch of time. An unlogged table: it may be lost in a crash, and
    writing to it costs no log (docs/adr/0008)."""

    subject = models.CharField(max_length=120)
    stretch = models.BigIntegerField(help_text="number of the stretch since 1970")
    seen_until = models.DateTimeField(help_text="when the stretch ends, and the row may go")
    count = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "接口调用计数"
        constraints = [models.UniqueConstraint(fields=["subject", "stretch"], name="one_count_per_subject_and_stretch")]
        indexes = [models.Index(fields=["seen_until"], name="counts_by_end")]

    def __str__(self) -> str:
        return f"{self.subject} {self.count}"
