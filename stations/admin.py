"""The dictionaries in the administration. Nothing is deleted there: stations and organisations point to the rows."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from stations.models import District, Industry


class DictionaryAdmin(admin.ModelAdmin):
    """Rows are added and amended by the system administrator (stations.rules); codes, once given, stay."""

    list_per_page = 50

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(District)
class DistrictAdmin(DictionaryAdmin):
    list_display = ["name", "code", "kind", "gb_code", "supervising_bureau", "position"]
    list_filter = ["kind"]
    search_fields = ["name", "code"]


@admin.register(Industry)
class IndustryAdmin(DictionaryAdmin):
    list_display = ["name", "code", "group", "valid_from", "valid_to", "verified", "position"]
    list_filter = ["group", "verified"]
    search_fields = ["name", "code"]
