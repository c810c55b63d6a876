"""Addresses of the evaluation, joined from its parts."""

from evaluation.urls import application, award, intake, notices, objections, panel, ranking, rounds, sheets, visits

app_name = "evaluation"
urlpatterns = [
    *rounds.urlpatterns,
    *ranking.urlpatterns,
    *award.urlpatterns,
    *application.urlpatterns,
    *intake.urlpatterns,
    *notices.urlpatterns,
    *objections.urlpatterns,
    *panel.urlpatterns,
    *sheets.urlpatterns,
    *visits.urlpatterns,
]
