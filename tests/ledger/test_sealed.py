"""Personal data is sealed with keys that can be replaced."""

import pytest
from cryptography.fernet import Fernet, InvalidToken

from ledger.sealed import seal, unseal


def test_sealed_text_is_unreadable_and_opens_again():
    token = seal("张三 13800138000")
    assert "张三" not in token
    assert "13800138000" not in token
    assert unseal(token) == "张三 13800138000"
    assert seal("") == unseal("") == ""


def test_the_same_text_is_sealed_differently_each_time():
    assert seal("张三") != seal("张三")


def test_a_new_key_in_front_still_opens_what_the_old_one_sealed(settings):
    token = seal("张三")
    settings.FIELD_ENCRYPTION_KEY = f"{Fernet.generate_key().decode()}, {settings.FIELD_ENCRYPTION_KEY}"
    assert unseal(token) == "张三"
    settings.FIELD_ENCRYPTION_KEY = Fernet.generate_key().decode()
    with pytest.raises(InvalidToken):
        unseal(token)
