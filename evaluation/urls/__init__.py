"""Addresses of the evaluation, joined from its parts."""

from evaluation.urls import notices, objections, rounds

app_name = "evaluation"
urlpatterns = [*rounds.urlpatterns, *notices.urlpatterns, *objections.urlpatterns]
