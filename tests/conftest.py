"""What every test shares. The servers and the settings of the tests come from `tests/settings.py`."""

import pytest
from django.test import override_settings


@pytest.fixture(scope="session", autouse=True)
def uploads_go_to_a_temporary_folder(tmp_path_factory):
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield
