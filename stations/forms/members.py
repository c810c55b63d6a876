import django_filters
from django import forms

from stations.models import Membership
from stations.states import MemberRole

ROLE_HELP = "管理员可以邀请和移除成员；经办人可以填写和提交申报。"


class InviteForm(forms.Form):
    email = forms.EmailField(label="邮箱", help_text="邀请链接发到这个邮箱，只有用它登录的人可以接受。")
    role = forms.ChoiceField(label="身份", choices=MemberRole.choices, initial=MemberRole.MEMBER, help_text=ROLE_HELP)


class MemberRoleForm(forms.Form):
    role = forms.ChoiceField(label="身份", choices=MemberRole.choices, help_text=ROLE_HELP)


class MemberFilter(django_filters.FilterSet):
    role = django_filters.ChoiceFilter(label="身份", choices=MemberRole.choices, empty_label="全部")

    class Meta:
        model = Membership
        fields: list[str] = []
