"""Hello; twenty rows by one query and a template; the same through DRF; one row inserted by DRF."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from rest_framework import generics, serializers

from bench.floor.models import Line, Record


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def listing(request: HttpRequest) -> HttpResponse:
    return render(request, "list.html", {"rows": Line.objects.order_by("id")[:20]})


class LineSerializer(serializers.ModelSerializer):
    class Meta:
        model = Line
        fields = ["id", "title", "number", "points", "published_at"]


class LineList(generics.ListAPIView):
    serializer_class = LineSerializer

    def get_queryset(self):
        return Line.objects.order_by("id")[:20]


class RecordSerializer(serializers.ModelSerializer):
    class Meta:
        model = Record
        fields = [
            "id", "external_id", "station", "client_code", "client_name", "item", "served_on", "visits",
            "problems_found", "problems_solved", "experts", "fee", "discount", "summary",
        ]  # fmt: skip


class RecordInsert(generics.CreateAPIView):
    """What the form does not give is filled in as constants: no token, no key, no rule, no journal, no event."""

    serializer_class = RecordSerializer

    def perform_create(self, serializer):
        now = timezone.now()
        serializer.save(
            kind="standards", jobs_added=0, origin="api", source_client="floor", recorded_at=now, changed_at=now,
            set_aside="", set_aside_reason="",
        )  # fmt: skip


urlpatterns = [
    path("hello", hello),
    path("list", listing),
    path("api", LineList.as_view()),
    path("record", RecordInsert.as_view()),
]
