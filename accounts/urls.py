from django.urls import path

from accounts.views import me, messages, outbox, people

app_name = "accounts"

urlpatterns = [
    path("account/profile/", me.ProfileEdit.as_view(), name="profile_edit"),
    path("account/sessions/", me.SessionsEnd.as_view(), name="sessions_end"),
    path("account/export/", me.ExportAsk.as_view(), name="export_ask"),
    path("account/deletion/", me.DeletionAsk.as_view(), name="deletion_ask"),
    path("messages/", messages.MessageList.as_view(), name="message_list"),
    path("messages/read/", messages.MessagesRead.as_view(), name="messages_read"),
    path("messages/<int:pk>/", messages.MessagePage.as_view(), name="message_detail"),
    path("outbox/", outbox.Outbox.as_view(), name="outbox"),
    path("outbox/<int:pk>/resend/", outbox.MailResend.as_view(), name="mail_resend"),
    path("people/", people.PersonList.as_view(), name="person_list"),
    path("people/<int:pk>/", people.PersonPage.as_view(), name="person_detail"),
    path("people/<int:pk>/grant/", people.RoleGrantNew.as_view(), name="role_grant"),
    path("people/<int:pk>/deactivate/", people.PersonDeactivate.as_view(), name="person_deactivate"),
    path("people/<int:pk>/reactivate/", people.PersonReactivate.as_view(), name="person_reactivate"),
    path("people/<int:pk>/unlock/", people.PersonUnlock.as_view(), name="person_unlock"),
    path("people/<int:pk>/end-sessions/", people.PersonSessionsEnd.as_view(), name="person_sessions_end"),
    path("people/<int:pk>/reset-second-factor/", people.SecondFactorReset.as_view(), name="second_factor_reset"),
    path("people/grants/<int:pk>/end/", people.RoleEnd.as_view(), name="role_end"),
]
