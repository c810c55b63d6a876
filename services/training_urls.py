"""Addresses of the training events: for everybody, for their station, at the door."""

from django.urls import path

from services.views import training, training_public

URLS = [
    path("trainings/", training_public.TrainingPublicList.as_view(), name="training_public_list"),
    path("trainings/<int:pk>/", training_public.TrainingPage.as_view(), name="training_page"),
    path("trainings/<int:pk>/sign-up/", training_public.SignUpCreate.as_view(), name="sign_up_create"),
    path("trainings/sign-ups/", training_public.SignUpFind.as_view(), name="sign_up_find"),
    path("trainings/sign-ups/<uuid:number>/", training_public.SignUpFollow.as_view(), name="sign_up_follow"),
    path("trainings/sign-ups/<uuid:number>/cancel/", training_public.SignUpWithdraw.as_view(), name="sign_up_withdraw"),
    path("trainings/check-in/done/", training_public.CheckedIn.as_view(), name="training_checked_in"),
    path("trainings/check-in/<str:code>/", training_public.CheckIn.as_view(), name="training_check_in"),
    path("trainings/work/", training.TrainingList.as_view(), name="training_list"),
    path("trainings/work/new/", training.TrainingCreate.as_view(), name="training_create"),
    path("trainings/work/<int:pk>/", training.TrainingDetail.as_view(), name="training_detail"),
    path("trainings/work/<int:pk>/change/", training.TrainingChange.as_view(), name="training_change"),
    path("trainings/work/<int:pk>/publish/", training.TrainingPublish.as_view(), name="training_publish"),
    path("trainings/work/<int:pk>/cancel/", training.TrainingCancel.as_view(), name="training_cancel"),
    path("trainings/work/<int:pk>/conclude/", training.TrainingConclude.as_view(), name="training_conclude"),
    path("trainings/work/<int:pk>/code/", training.TrainingCode.as_view(), name="training_code"),
    path("trainings/work/<int:pk>/code/renew/", training.TrainingRenewCode.as_view(), name="training_renew_code"),
    path("trainings/work/<int:pk>/sign-ups/", training.SignUpList.as_view(), name="training_sign_ups"),
    path("trainings/work/<int:pk>/attendance/", training.AttendanceList.as_view(), name="training_attendances"),
    path("trainings/work/<int:pk>/attendance/new/", training.AttendanceTick.as_view(), name="training_attendance_tick"),
    path("trainings/work/sign-ups/<int:pk>/cancel/", training.SignUpCancel.as_view(), name="sign_up_cancel"),
    path("trainings/work/sign-ups/<int:pk>/attend/", training.SignUpTick.as_view(), name="sign_up_tick"),
    path("trainings/work/attendance/<int:pk>/undo/", training.AttendanceUndo.as_view(), name="attendance_undo"),
]
