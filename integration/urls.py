"""Pages about the interface for machines."""

from django.urls import path

from integration.views import webhook

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
]
