"""The four libraries as the pages know them: one line for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from services.forms import library as forms
from services.forms import library_filters as filters
from services.library_tables import (
    Line,
    Names,
    agency_table,
    client_table,
    equipment_table,
    line_of_item,
    lines_of_agency,
    specialist_table,
)
from services.models import Agency, Client, Equipment, Specialist
from services.queries import agency, client, equipment, specialist
from services.shown import Shown
from services.table import Table


@dataclass(frozen=True)
class Shelf:
    """What is particular to one library. `code` begins the names of its addresses and of its templates.

    `search` are (fields, words for the box) of the rows that one reads in full; `shared_search` of masked ones: what
    one may not read, one may not find letter by letter either.
    """

    code: str
    label: str
    unit: str
    lead: str
    model: type[Any]
    form: type[Any]
    query: Callable[[Any], Any]
    shared: Callable[[Any], Any]
    filterset: type[Any]
    shared_filterset: type[Any]
    search: tuple[tuple[str, ...], str]
    shared_search: tuple[tuple[str, ...], str]
    table: Callable[[Names], Table]
    lines: Callable[[Shown, Mapping[str, str]], Iterator[Line]]
    sorts: Mapping[str, tuple[str, ...]]
    shared_sorts: Mapping[str, tuple[str, ...]]

    @property
    def rows_template(self) -> str:
        return f"services/library/{self.code}_rows.html"

    @property
    def facts_template(self) -> str:
        return f"services/library/{self.code}_facts.html"

    def url(self, what: str, *args: Any) -> str:
        return reverse(f"services:{self.code}_{what}", args=args)


AGENCIES = Shelf(
    code="agency",
    label="服务机构",
    unit="家",
    lead="把企业的需求对接给谁：检验检测、计量、认证、知识产权等机构和它们的资质。",
    model=Agency,
    form=forms.AgencyForm,
    query=agency.agencies_visible_to,
    shared=agency.shared_agencies,
    filterset=filters.AgencyFilter,
    shared_filterset=filters.AgencyShared,
    search=(("name", "credit_code", "scope", "qualifications__number"), "名称、代码、范围或证书编号"),
    shared_search=(("name", "scope"), "名称或服务范围"),
    table=agency_table,
    lines=lines_of_agency,
    sorts={"name": ("name",), "changed": ("changed_at",)},
    shared_sorts={"name": ("name",), "changed": ("changed_at",)},
)
SPECIALISTS = Shelf(
    code="specialist",
    label="专业人员和专家",
    unit="人",
    lead="谁能为企业提供服务：本站和协作单位的专业人员，外请的专家。",
    model=Specialist,
    form=forms.SpecialistForm,
    query=specialist.specialists_visible_to,
    shared=specialist.shared_specialists,
    filterset=filters.SpecialistFilter,
    shared_filterset=filters.SpecialistShared,
    search=(("name", "employer", "field", "title", "certificates"), "姓名、单位、方向或资格"),
    shared_search=(("field", "certificates"), "专业方向或职业资格"),
    table=specialist_table,
    lines=line_of_item,
    sorts={"name": ("name",), "years": ("years",), "changed": ("changed_at",)},
    shared_sorts={"years": ("years",), "changed": ("changed_at",)},
)
CLIENTS = Shelf(
    code="client",
    label="服务对象",
    unit="家",
    lead="本站服务的企业，按统一社会信用代码。小型、微型企业收费优惠。",
    model=Client,
    form=forms.ClientForm,
    query=client.clients_visible_to,
    shared=client.shared_clients,
    filterset=filters.ClientFilter,
    shared_filterset=filters.ClientShared,
    search=(("name", "credit_code", "contact_name", "address"), "名称、代码、联系人或地址"),
    shared_search=((), ""),
    table=client_table,
    lines=line_of_item,
    sorts={"name": ("name",), "changed": ("changed_at",)},
    shared_sorts={"changed": ("changed_at",)},
)
EQUIPMENT = Shelf(
    code="equipment",
    label="仪器设备",
    unit="台",
    lead="可以开放共享的仪器设备、使用条件和收费，按周预约。",
    model=Equipment,
    form=forms.EquipmentForm,
    query=equipment.equipment_visible_to,
    shared=equipment.shared_equipment,
    filterset=filters.EquipmentFilter,
    shared_filterset=filters.EquipmentShared,
    search=(("name", "model", "asset_number", "ability", "place"), "名称、型号、编号、范围或地点"),
    shared_search=(("name", "model", "ability", "place"), "名称、型号、范围或地点"),
    table=equipment_table,
    lines=line_of_item,
    sorts={"name": ("name",), "calibrated": ("calibrated_until",), "changed": ("changed_at",)},
    shared_sorts={"name": ("name",), "changed": ("changed_at",)},
)
SHELVES = (AGENCIES, SPECIALISTS, CLIENTS, EQUIPMENT)
