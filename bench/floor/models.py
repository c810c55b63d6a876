from django.db import models


class Line(models.Model):
    """One of 10,000 rows; `bench.database` makes the table."""

    title = models.CharField(max_length=200)
    number = models.CharField(max_length=40)
    points = models.DecimalField(max_digits=6, decimal_places=2)
    published_at = models.DateTimeField()

    class Meta:
        app_label = "floor"
        managed = False
        db_table = "floor_line"

    def __str__(self) -> str:
        return self.title
