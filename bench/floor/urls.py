"""Hello; twenty rows by one query and a template; the same through DRF."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from rest_framework import generics, serializers

from bench.floor.models import Line


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


urlpatterns = [path("hello", hello), path("list", listing), path("api", LineList.as_view())]
