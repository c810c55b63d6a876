from collections.abc import Iterable

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils import timezone

from ledger.errors import Refused
from ledger.files import store_upload
from ledger.models import StoredFile


def take_in(
    request: HttpRequest, uploads: Iterable[UploadedFile], kinds: tuple[str, ...], *, field: str
) -> list[StoredFile]:
    """The uploads of a form as files on the record; what is refused is said at `field`."""
    at = timezone.now()
    try:
        return [store_upload(upload, actor=request.user, at=at, kinds=kinds) for upload in uploads]
    except Refused as refusal:
        raise Refused(refusal.code, refusal.message, field=field) from refusal
