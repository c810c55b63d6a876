"""Personal data as others may see it: enough to recognise, too little to use."""


def mask_phone(value: str) -> str:
    """138****5678; a short number keeps its last two digits only."""
    text = str(value or "")
    if len(text) >= 11:
        return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"
    return "*" * max(len(text) - 2, 0) + text[-2:]


def mask_name(value: str) -> str:
    """张**: the family name, and as many stars as characters follow."""
    text = str(value or "")
    return text[:1] + "*" * (len(text) - 1)


def mask_email(value: str) -> str:
    """l***@example.com"""
    name, _, host = str(value or "").partition("@")
    return f"{name[:1]}***@{host}" if host else "***"
