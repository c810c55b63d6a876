"""Addresses of the four libraries and of the calendar of instruments."""

from typing import Any

from django.urls import URLPattern, path

from services.views import agency, booking, library, library_import
from services.views.shelves import SHELVES, Shelf


def library_urls(shelf: Shelf, folder: str) -> list[URLPattern]:
    """The pages that every library has."""

    def page(route: str, what: str, view: Any) -> URLPattern:
        return path(f"libraries/{folder}/{route}", view.as_view(shelf=shelf), name=f"{shelf.code}_{what}")

    return [
        page("", "list", library.OwnList),
        page("shared/", "shared_list", library.SharedList),
        page("shared/<int:pk>/", "shared_detail", library.SharedDetail),
        page("new/", "create", library.ItemCreate),
        page("template/", "template", library_import.LibraryTemplate),
        page("import/", "import", library_import.LibraryImport),
        page("import/<int:station>/<uuid:key>/", "import_check", library_import.ImportCheck),
        page("import/<int:station>/<uuid:key>/returned/", "import_returned", library_import.ImportReturned),
        page("<int:pk>/", "detail", library.ItemDetail),
        page("<int:pk>/change/", "change", library.ItemChange),
        page("<int:pk>/retire/", "retire", library.ItemRetire),
        page("<int:pk>/restore/", "restore", library.ItemRestore),
    ]


FOLDERS = ("agencies", "specialists", "clients", "equipment")
LIBRARIES = [line for shelf, folder in zip(SHELVES, FOLDERS, strict=True) for line in library_urls(shelf, folder)]

URLS: list[URLPattern] = [
    path("libraries/", library.LibraryHome.as_view(), name="library_home"),
    *LIBRARIES,
    path(
        "libraries/agencies/<int:pk>/qualifications/new/",
        agency.QualificationAdd.as_view(),
        name="qualification_add",
    ),
    path(
        "libraries/agencies/<int:pk>/certificates/<uuid:key>/",
        agency.CertificateFile.as_view(),
        name="qualification_file",
    ),
    path(
        "libraries/qualifications/<int:pk>/change/",
        agency.QualificationChange.as_view(),
        name="qualification_change",
    ),
    path(
        "libraries/qualifications/<int:pk>/remove/",
        agency.QualificationRemove.as_view(),
        name="qualification_remove",
    ),
    path("libraries/equipment/<int:pk>/week/", booking.EquipmentWeek.as_view(), name="equipment_week"),
    path("libraries/equipment/<int:pk>/book/", booking.EquipmentBook.as_view(), name="equipment_book"),
    path("libraries/bookings/", booking.BookingList.as_view(), name="booking_list"),
    path("libraries/bookings/<int:pk>/", booking.BookingDetail.as_view(), name="booking_detail"),
    path("libraries/bookings/<int:pk>/confirm/", booking.BookingConfirm.as_view(), name="booking_confirm"),
    path("libraries/bookings/<int:pk>/cancel/", booking.BookingCancel.as_view(), name="booking_cancel"),
]
