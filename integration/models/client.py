from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from oauth2_provider.models import AbstractApplication

from integration.states.client import AUTHORISATION_MOVES, CLIENT_MOVES, AuthorisationState, ClientState, Scope
from ledger.actors import Job
from stations.models import Station


class ClientManager(models.Manager["ApiClient"]):
    def get_by_natural_key(self, client_id: str) -> "ApiClient":
        return self.get(client_id=client_id)


class ApiClient(AbstractApplication):
    """接口客户端: a program such as 汉检链, registered by the system administrator. It proves itself by a random secret
    (client credentials, no person in it); what it may touch is what stations have given it leave for."""

    MOVES = CLIENT_MOVES
    ACTS = {"register": "登记接口客户端", "update": "修改接口客户端", "rotate_secret": "更换密钥"}

    # The library's column, always empty: a client acts for no person
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    operator = models.CharField("运营单位", max_length=100)
    contact = models.EmailField("联系邮箱")
    purpose = models.CharField("用途", max_length=300)
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope), default=list, verbose_name="权限范围")
    state = models.CharField("状态", max_length=20, choices=ClientState, default=ClientState.ACTIVE)
    secret_set_at = models.DateTimeField("密钥生成时间")
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )

    objects = ClientManager()

    class Meta(AbstractApplication.Meta):
        verbose_name = verbose_name_plural = "接口客户端"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ClientState.values), name="api_client_state_known"),
            models.CheckConstraint(
                condition=Q(
                    authorization_grant_type=AbstractApplication.GRANT_CLIENT_CREDENTIALS,
                    client_type=AbstractApplication.CLIENT_CONFIDENTIAL,
                    hash_client_secret=True,
                    user__isnull=True,
                ),
                name="a_client_is_a_program_with_a_hashed_secret",
            ),
            models.CheckConstraint(condition=~Q(scopes=[]), name="a_client_may_do_something"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("integration:client_detail", args=[self.pk])

    def natural_key(self) -> tuple[str]:
        return (self.client_id,)

    def is_usable(self, request: Any) -> bool:
        """The library asks this before it gives out a token."""
        return self.state == ClientState.ACTIVE

    @property
    def job(self) -> Job:
        """Whom the journal names for what the client does."""
        return Job(f"api:{self.client_id}")


class StationAuthorisation(models.Model):
    """接口授权: the leave that a station's owner has given a client, for these scopes. Withdrawn, it is not given back:
    a new one is made."""

    MOVES = AUTHORISATION_MOVES
    ACTS = {"give": "授权接口客户端"}

    client = models.ForeignKey(
        ApiClient, on_delete=models.PROTECT, related_name="authorisations", verbose_name="接口客户端"
    )
    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, related_name="api_authorisations", verbose_name="服务站"
    )
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope), verbose_name="权限范围")
    state = models.CharField("状态", max_length=20, choices=AuthorisationState, default=AuthorisationState.GIVEN)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="授权人"
    )
    given_at = models.DateTimeField("授权时间")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "接口授权"
        ordering = ["-given_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AuthorisationState.values), name="authorisation_state_known"),
            models.UniqueConstraint(
                fields=["client", "station"],
                condition=Q(state=AuthorisationState.GIVEN),
                name="one_leave_per_client_and_station",
            ),
            models.CheckConstraint(condition=~Q(scopes=[]), name="a_leave_is_for_something"),
            models.CheckConstraint(
                condition=Q(state=AuthorisationState.GIVEN, withdrawn_at__isnull=True)
                | Q(state=AuthorisationState.WITHDRAWN, withdrawn_at__isnull=False),
                name="a_withdrawn_leave_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station} {self.client}"

    def get_absolute_url(self) -> str:
        return reverse("integration:authorisation_list")

    @property
    def scope_labels(self) -> list[str]:
        return [Scope(scope).label for scope in self.scopes]
