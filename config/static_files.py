from whitenoise.storage import CompressedManifestStaticFilesStorage


class PortalStaticFiles(CompressedManifestStaticFilesStorage):
    """whitenoise's. The address of a file stays the same while a process runs, and a page names a score of them: each
    is worked out once. What is not in the manifest is left to whitenoise."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.addresses: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        if name not in self.hashed_files:
            return super().url(name, force)
        if name not in self.addresses:
            self.addresses[name] = super().url(name, force)
        return self.addresses[name]
