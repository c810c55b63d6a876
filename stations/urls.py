from django.urls import path

from stations.views import certificate, members, organisation, parts, public, staff, station

app_name = "stations"
MINE = "my/stations/<int:pk>/"

urlpatterns = [
    # Everybody
    path("stations/", public.Directory.as_view(), name="station_list"),
    path("stations/<int:pk>/", public.StationPage.as_view(), name="station_page"),
    path("certificates/", public.CertificateCheck.as_view(), name="certificate_check"),
    path("certificates/<str:number>/pdf/", certificate.CertificatePaper.as_view(), name="certificate_paper"),
    path("certificates/<path:number>/", public.CertificatePage.as_view(), name="certificate_page"),
    path("titles/ended/", public.EndedTitleList.as_view(), name="ended_title_list"),
    path("titles/<int:pk>/decision/", certificate.TitleDecision.as_view(), name="title_decision"),
    # Applicants
    path("organisations/", organisation.OrganisationList.as_view(), name="organisation_list"),
    path("organisations/register/", organisation.OrganisationRegister.as_view(), name="organisation_register"),
    path("organisations/credit-code/", organisation.CreditCodeHint.as_view(), name="credit_code_hint"),
    path("organisations/<int:pk>/", organisation.OrganisationDetail.as_view(), name="organisation_detail"),
    path("organisations/<int:pk>/edit/", organisation.OrganisationEdit.as_view(), name="organisation_edit"),
    path("organisations/<int:pk>/stations/new/", station.StationCreate.as_view(), name="station_create"),
    path("my/stations/", station.MyStationList.as_view(), name="my_station_list"),
    path(MINE, station.StationTasks.as_view(), name="station_tasks"),
    path(f"{MINE}basics/", station.StationEdit.as_view(), name="station_edit"),
    path(f"{MINE}commitment/", station.CommitmentEdit.as_view(), name="commitment_edit"),
    path(f"{MINE}abilities/", parts.AbilityList.as_view(), name="ability_list"),
    path(f"{MINE}abilities/<slug:kind>/", parts.AbilityEdit.as_view(), name="ability_edit"),
    path(f"{MINE}abilities/<slug:kind>/remove/", parts.AbilityRemove.as_view(), name="ability_remove"),
    path(f"{MINE}team/", parts.TeamList.as_view(), name="team_list"),
    path(f"{MINE}team/add/", parts.TeamAdd.as_view(), name="team_add"),
    path(f"{MINE}team/<int:member>/", parts.TeamEdit.as_view(), name="team_edit"),
    path(f"{MINE}team/<int:member>/remove/", parts.TeamRemove.as_view(), name="team_remove"),
    path(f"{MINE}online/", parts.OnlineList.as_view(), name="online_list"),
    path(f"{MINE}online/<slug:platform>/", parts.OnlineEdit.as_view(), name="online_edit"),
    path(f"{MINE}online/<slug:platform>/remove/", parts.OnlineRemove.as_view(), name="online_remove"),
    path("stations/<int:pk>/files/<uuid:key>/", station.StationFile.as_view(), name="station_file"),
    # Members of an organisation
    path("organisations/<int:pk>/members/", members.MemberList.as_view(), name="member_list"),
    path("organisations/<int:pk>/members/invite/", members.MemberInvite.as_view(), name="member_invite"),
    path("organisations/<int:pk>/members/leave/", members.MembershipLeave.as_view(), name="membership_leave"),
    path("memberships/<int:pk>/role/", members.MemberRoleChange.as_view(), name="member_role"),
    path("memberships/<int:pk>/remove/", members.MemberRemove.as_view(), name="member_remove"),
    path("invitations/<int:pk>/withdraw/", members.InvitationWithdraw.as_view(), name="invitation_withdraw"),
    path("invitations/<str:token>/", members.InvitationAccept.as_view(), name="invitation_accept"),
    # Staff
    path("staff/organisations/", staff.StaffOrganisationList.as_view(), name="staff_organisation_list"),
    path("staff/stations/", staff.StaffStationList.as_view(), name="staff_station_list"),
    path("staff/stations/<int:pk>/", staff.StaffStation.as_view(), name="staff_station"),
    path("staff/titles/", staff.TitleList.as_view(), name="title_list"),
    path("staff/titles/slots/", staff.SlotBoard.as_view(), name="slot_board"),
    path("staff/titles/import/", staff.TitleImport.as_view(), name="title_import"),
    path("staff/titles/import/table/", staff.TitleTableUpload.as_view(), name="title_table_upload"),
    path("staff/titles/import/template/", staff.TitleTemplate.as_view(), name="title_template"),
    path("staff/titles/import/table/<uuid:key>/", staff.TitleTable.as_view(), name="title_table"),
]
