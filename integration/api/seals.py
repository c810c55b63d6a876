"""/api/v1/seals/: the chain in which the journal is sealed (ledger.chain), and that a row stands in it. Not a word of what a
row says. docs/verify_seal.py checks both."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integration.api.asked import Asked, Paged, read
from integration.api.public import PublicEndpoint, PublicList, list_of
from integration.queries.hanjianlian import with_anchors
from integration.states.hanjianlian import Verdict
from ledger.models import Seal
from ledger.sealing import proof_of, published, sealed_rows, seals
from stations.states import Platform

HEX = r"^[0-9a-f]{64}$"


class SealOut(serializers.Serializer):
    number = serializers.IntegerField(help_text="从 1 起连续编号")
    sealed_at = serializers.CharField(help_text="UTC，六位小数秒")
    rows = serializers.IntegerField(help_text="封存的台账记录数")
    root = serializers.RegexField(HEX, help_text="默克尔根，SM3")
    previous = serializers.RegexField(HEX, help_text="上一封存值，第 1 号为 64 个 0")
    hash = serializers.RegexField(HEX, help_text="封存值：可存到其他平台作为锚点")

    def to_representation(self, seal: Seal) -> dict[str, Any]:
        return published(seal)


class AnchorOut(serializers.Serializer):
    platform = serializers.CharField(help_text="存证的平台，如 hanjianlian（汉检链）")
    reference = serializers.CharField(help_text="平台上的交易编号")
    anchored_at = serializers.DateTimeField(help_text="存证时间，平台告知")


class AnchoredSealOut(SealOut):
    anchors = AnchorOut(many=True, help_text="其他平台的存证回执，与本号一致的；没有为空")

    def to_representation(self, seal: Seal) -> dict[str, Any]:
        anchors = [
            {"platform": Platform.HANJIANLIAN, "reference": row.reference, "anchored_at": row.anchored_at}
            for row in seal.receipts.all()
            if row.verdict == Verdict.MATCHES
        ]
        return {**published(seal), "anchors": AnchorOut(anchors, many=True).data}


class StepOut(serializers.Serializer):
    side = serializers.ChoiceField(["left", "right"])
    hash = serializers.RegexField(HEX)


class ProofOut(serializers.Serializer):
    seal = SealOut()
    row = serializers.IntegerField()
    position = serializers.IntegerField(help_text="在本号封存中的位置，从 0 起")
    leaf = serializers.RegexField(HEX)
    path = StepOut(many=True)


class SealList(PublicList):
    lasts = 60
    row_class = AnchoredSealOut
    asked_class = Paged
    ordering = ("number",)

    def rows(self, asked: dict[str, Any]) -> QuerySet[Seal]:
        return with_anchors(seals())

    @extend_schema(
        operation_id="seal_list",
        summary="台账封存",
        tags=["公开数据"],
        parameters=[Paged],
        responses=list_of(AnchoredSealOut),
    )
    def get(self, request: Request) -> Response:
        return super().get(request)


class ProofAsked(Asked):
    row = serializers.IntegerField(min_value=1, max_value=2**63 - 1, help_text="台账序号")


class SealProof(PublicEndpoint):
    lasts = 3600  # a seal never changes
    asked_class = ProofAsked

    @extend_schema(
        operation_id="seal_proof",
        summary="一条台账记录在封存中的证明",
        tags=["公开数据"],
        parameters=[ProofAsked],
        responses=ProofOut,
    )
    def get(self, request: Request, number: int) -> Response:
        asked = read(request, ProofAsked)
        return Response(proof_of(get_object_or_404(sealed_rows(), seal__number=number, entry=asked["row"])))
