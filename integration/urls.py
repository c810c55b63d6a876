"""Pages about the interface for machines."""

from django.urls import path

from integration.views import authorisation, client, hanjianlian, webhook

app_name = "integration"
urlpatterns = [
    path("webhooks/", webhook.WebhookList.as_view(), name="webhook_list"),
    path("webhooks/new/", webhook.WebhookCreate.as_view(), name="webhook_create"),
    path("webhooks/<int:pk>/", webhook.WebhookDetail.as_view(), name="webhook_detail"),
    path("webhooks/<int:pk>/edit/", webhook.WebhookEdit.as_view(), name="webhook_edit"),
    path("webhooks/<int:pk>/secret/", webhook.WebhookRotate.as_view(), name="webhook_rotate"),
    path("webhooks/<int:pk>/disable/", webhook.WebhookDisable.as_view(), name="webhook_disable"),
    path("webhooks/<int:pk>/enable/", webhook.WebhookEnable.as_view(), name="webhook_enable"),
    path("webhooks/<int:pk>/replay/", webhook.WebhookReplay.as_view(), name="webhook_replay"),
    path("webhooks/deliveries/", webhook.DeliveryList.as_view(), name="delivery_list"),
    path("webhooks/deliveries/<int:pk>/", webhook.DeliveryDetail.as_view(), name="delivery_detail"),
    path("webhooks/deliveries/<int:pk>/replay/", webhook.DeliveryReplay.as_view(), name="delivery_replay"),
    path("clients/", client.ClientList.as_view(), name="client_list"),
    path("clients/new/", client.ClientRegister.as_view(), name="client_register"),
    path("clients/<int:pk>/", client.ClientDetail.as_view(), name="client_detail"),
    path("clients/<int:pk>/edit/", client.ClientEdit.as_view(), name="client_edit"),
    path("clients/<int:pk>/secret/", client.ClientRotate.as_view(), name="client_rotate"),
    path("clients/<int:pk>/disable/", client.ClientDisable.as_view(), name="client_disable"),
    path("clients/<int:pk>/enable/", client.ClientEnable.as_view(), name="client_enable"),
    path("authorisations/", authorisation.AuthorisationList.as_view(), name="authorisation_list"),
    path(
        "authorisations/stations/<int:pk>/",
        authorisation.AuthorisationChoose.as_view(),
        name="authorisation_choose",
    ),
    path(
        "authorisations/stations/<int:pk>/<int:client>/",
        authorisation.AuthorisationGive.as_view(),
        name="authorisation_give",
    ),
    path(
        "authorisations/<int:pk>/withdraw/",
        authorisation.AuthorisationWithdraw.as_view(),
        name="authorisation_withdraw",
    ),
    path("hanjianlian/", hanjianlian.Hanjianlian.as_view(), name="hanjianlian"),
    path("hanjianlian/documents/", hanjianlian.DocumentList.as_view(), name="hanjianlian_documents"),
    path("hanjianlian/documents/<int:pk>/", hanjianlian.DocumentDetail.as_view(), name="hanjianlian_document"),
    path("hanjianlian/documents/<int:pk>/send/", hanjianlian.DocumentSend.as_view(), name="hanjianlian_send"),
    path("hanjianlian/receipts/", hanjianlian.ReceiptList.as_view(), name="hanjianlian_receipts"),
    path("hanjianlian/receipts/<int:pk>/", hanjianlian.ReceiptDetail.as_view(), name="hanjianlian_receipt"),
    path("hanjianlian/online-services/", hanjianlian.ServiceList.as_view(), name="hanjianlian_services"),
    path("hanjianlian/refused/", hanjianlian.RefusedList.as_view(), name="hanjianlian_refused"),
    path("hanjianlian/pull/", hanjianlian.PullAnew.as_view(), name="hanjianlian_pull"),
    path(
        "hanjianlian/reconciliations/",
        hanjianlian.ReconciliationList.as_view(),
        name="hanjianlian_reconciliations",
    ),
    path(
        "hanjianlian/reconciliations/new/",
        hanjianlian.ReconciliationAsk.as_view(),
        name="hanjianlian_reconcile",
    ),
    path(
        "hanjianlian/reconciliations/<int:pk>/",
        hanjianlian.ReconciliationDetail.as_view(),
        name="hanjianlian_reconciliation",
    ),
    path(
        "hanjianlian/reconciliations/<int:pk>/mend/",
        hanjianlian.ReconciliationMend.as_view(),
        name="hanjianlian_mend",
    ),
]
