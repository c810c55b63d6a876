"""What is asked for, and in which words. What is allowed is decided by the actions."""

from stations.forms.organisation import OrganisationForm
from stations.forms.station import AbilityForm, CommitmentForm, OnlineForm, StationForm, TeamMemberForm
from stations.forms.title import CertificateCheckForm, TableUploadForm, TitleImportForm

__all__ = [
    "AbilityForm",
    "CertificateCheckForm",
    "CommitmentForm",
    "OnlineForm",
    "OrganisationForm",
    "StationForm",
    "TableUploadForm",
    "TeamMemberForm",
    "TitleImportForm",
]
