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


class Record(models.Model):
    """The columns of the portal's service record, and nothing of its rules."""

    station = models.BigIntegerField(db_column="station_id")
    client_code = models.CharField(max_length=18)
    client_name = models.CharField(max_length=100)
    kind = models.CharField(max_length=40)
    item = models.CharField(max_length=80)
    served_on = models.DateField()
    visits = models.PositiveIntegerField()
    problems_found = models.PositiveIntegerField()
    problems_solved = models.PositiveIntegerField()
    experts = models.PositiveIntegerField()
    fee = models.DecimalField(max_digits=14, decimal_places=2)
    discount = models.DecimalField(max_digits=14, decimal_places=2)
    jobs_added = models.PositiveIntegerField()
    summary = models.CharField(max_length=2000)
    origin = models.CharField(max_length=10)
    source_client = models.CharField(max_length=100)
    external_id = models.CharField(max_length=100)
    recorded_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    set_aside = models.CharField(max_length=20)
    set_aside_reason = models.CharField(max_length=500)

    class Meta:
        app_label = "floor"
        managed = False
        db_table = "services_servicerecord"

    def __str__(self) -> str:
        return self.external_id
