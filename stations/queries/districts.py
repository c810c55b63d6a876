from stations.models import District


def role_scopes() -> dict[str, str]:
    """{code: name} of the districts and zones, in their order: what district staff can work for,
    and what lists are filtered by."""
    return dict(District.objects.values_list("code", "name"))
