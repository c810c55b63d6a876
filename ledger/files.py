"""Files on the record: taken in after a check of their content, kept with their hash, given out harmlessly."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse

from ledger.errors import Refused
from ledger.models import StoredFile
from ledger.uploads import DOCUMENTS, MAX_BYTES, VIEWABLE, check_upload

# A viewed file runs nothing and loads nothing; a downloaded one is never rendered at all
VIEW_POLICY = "default-src 'none'; frame-ancestors 'self'"
DOWNLOAD_POLICY = "sandbox; default-src 'none'"


def store_upload(
    upload: UploadedFile, *, actor: Any, at: dt.datetime, kinds: tuple[str, ...] = DOCUMENTS
) -> StoredFile:
    """Check an upload by its content and keep it. `actor` is None for a person without an account.

    Raises Refused as `ledger.uploads.check_upload` does. Nothing is kept of a refused file.
    """
    if upload.size and upload.size > MAX_BYTES:  # said before 60 MB are read into memory
        raise Refused(
            "file_too_large",
            f"文件「{upload.name}」超过 {MAX_BYTES // 1024 // 1024} MB，请压缩或拆分成几个文件再上传。",
        )
    content = upload.read()
    name = upload.name or ""
    kind = check_upload(name, content, kinds)
    return store_bytes(content, name=name, content_type=kind.content_type, actor=actor, at=at)


def store_bytes(content: bytes, *, name: str, content_type: str, actor: Any, at: dt.datetime) -> StoredFile:
    """Keep bytes that the portal made itself, such as a receipt."""
    stored = StoredFile(
        name=name,
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=actor,
        uploaded_at=at,
    )
    stored.file.save(name, ContentFile(content), save=False)
    stored.save()
    return stored


def file_response(stored: StoredFile, *, view: bool = False) -> FileResponse:
    """The file as an attachment or, with `view` and for PDF and pictures only, for our own viewer."""
    inline = view and stored.content_type in VIEWABLE
    response = FileResponse(
        stored.file.open("rb"), as_attachment=not inline, filename=stored.name, content_type=stored.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = VIEW_POLICY if inline else DOWNLOAD_POLICY
    response["Cache-Control"] = "private, max-age=0, no-store"
    return response


def file_part(file: StoredFile) -> dict[str, Any]:
    """A file as a frozen version names it."""
    return {
        "name": file.name,
        "size": file.size,
        "content_type": file.content_type,
        "sha256": file.sha256,
        "key": str(file.key),
    }
