from django.urls import path

from stations.views import members

app_name = "stations"

urlpatterns = [
    # Members of an organisation
    path("organisations/<int:pk>/members/", members.MemberList.as_view(), name="member_list"),
    path("organisations/<int:pk>/members/invite/", members.MemberInvite.as_view(), name="member_invite"),
    path("organisations/<int:pk>/members/leave/", members.MembershipLeave.as_view(), name="membership_leave"),
    path("memberships/<int:pk>/role/", members.MemberRoleChange.as_view(), name="member_role"),
    path("memberships/<int:pk>/remove/", members.MemberRemove.as_view(), name="member_remove"),
    path("invitations/<int:pk>/withdraw/", members.InvitationWithdraw.as_view(), name="invitation_withdraw"),
    path("invitations/<str:token>/", members.InvitationAccept.as_view(), name="invitation_accept"),
]
