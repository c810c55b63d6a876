"""What people write in a rehearsal: applications, reasons, objections. Believable, and about nobody."""

from __future__ import annotations

from config.rehearsal.names import Body

OPERATIONS = (
    "设置服务窗口{windows}个，当年接待企业{visits}家次，解决计量、标准、检验检测问题{solved}个，"
    "组织质量管理培训{courses}场。"
)


def statement(body: Body) -> str:
    return f"{body.name}长期为{body.field}产业链提供计量、标准、检验检测等技术服务，拟以“{body.station}”为载体，面向周边企业提供一站式质量服务。"


def narrative(body: Body, year: int) -> dict[str, str]:
    """The four parts of a self-assessment by dimension."""
    busy = round(60 + body.quality * 600)
    return {
        "foundation": f"站长负责制运行正常，配备专业人员6名，{year}年投入运行经费{round(20 + body.quality * 80)}万元，"
        "服务标识、流程图和收费清单在大厅公示。",
        "provision": f"线下窗口全年接待企业{busy}家次；线上受理需求{round(busy / 3)}件，专家库实有专家{round(10 + body.quality * 30)}名。",
        "implementation": f"建立需求台账{round(busy / 2)}条，两个工作日内响应率{round(80 + body.quality * 19)}%，"
        f"回访满意度{round(70 + body.quality * 29)}分。",
        "effect": f"帮助{round(busy / 5)}家{body.field}企业解决质量技术问题，推动形成团体标准{round(body.quality * 4)}项，"
        f"为企业节约成本约{round(body.quality * 900)}万元。",
    }


RETURNS = (
    ("audit_report", "审计报告缺少会计师事务所盖章页，请补充完整的扫描件。"),
    ("abilities", "检验检测资质附表没有列明参数范围，请补充附表。"),
    ("systems", "缺少客户投诉处理程序，请补充。"),
    ("registration", "登记证书副本扫描不清，请重新扫描上传。"),
)
NOT_ACCEPTED = "信用核查发现单位在失信惩戒期内，不符合办法第十三条第三项规定的条件，不予受理。"
WITHDRAWN = "单位内部调整，本年度暂不申报。"
DEDUCTIONS = {
    "foundation": ("制度文本与实际流程不完全一致，个别岗位职责没有更新。", "服务标识不够醒目，公示内容更新不及时。"),
    "provision": ("线上受理渠道使用率偏低，资源库更新较慢。", "线下服务接待量未达到优秀水平，协同机构偏少。"),
    "implementation": ("部分需求台账缺少办结时间，回访记录不全。", "过程管理记录有缺项，满意度样本偏少。"),
    "effect": ("成效以定性描述为主，缺少可核实的数据。", "带动产业链的案例较少，示范性有待加强。"),
}
COMMENTS = (
    "基础扎实，服务链条完整，建议继续扩大线上服务。",
    "材料齐全，成效数据可以核实，建议加强需求跟踪。",
    "有一定服务能力，但台账管理需要规范。",
    "服务覆盖面较窄，建议先补齐短板。",
)
DECLARED = "本人近两年为该单位的在研项目担任顾问，可能影响公正评分。"
REOPENED = "与其他专家对“线上服务”的评分相差较大，请结合佐证材料复核。"
REVISED = "复核后补充：线上平台案例可以查证，评分相应调整。"
VISIT_SUMMARY = "现场与申报材料基本一致，个别设备的检定证书需在两周内补齐。"
FINDINGS = (
    ("1.1.1", "confirmed", ""),
    ("1.2.1", "confirmed", ""),
    ("1.2.3", "partly", "服务标识已悬挂，收费公示牌正在制作。"),
    ("2.2.1", "confirmed", ""),
    ("3.1.3", "partly", "抽查10份服务记录，1份缺少客户签字。"),
)
OBJECTIONS = {
    "upheld": "该单位申报的专业人员中，有两人的社保由另一家公司缴纳，实际并不在该站工作，人员条件存在虚报。",
    "rejected": "该服务站公布的服务企业数量与我们了解的情况不符，请核实。",
    "not_accepted": "希望我们单位也能够列入名单。",
}
FINDING_TEXT = {
    "upheld": "经调取社保缴纳记录和劳动合同，两名专业人员的劳动关系均在其他单位，扣除后专业人员不足5名，异议成立。",
    "rejected": "经查阅服务台账并抽查20家企业，服务数量属实，异议不成立。",
}
FINDING_AFTER_COURT = (
    "所反映的合同纠纷经法院审理，生效判决认定服务记录真实，异议不成立。核查在诉讼期间中止，判决生效后恢复。"
)
ANSWERS = {
    "upheld": "经核查，您反映的情况属实，市市场监管局将不予通过该单位的申报。感谢监督。",
    "rejected": "经核查，公示内容与核查结果一致，未发现您反映的情况。感谢监督。",
}
NOT_ACCEPTED_OBJECTION = "所提事项是对未参评情况的咨询，没有对公示名单中的对象提出异议，不予受理。请在下一年度申报。"
TIE = "评审会集体讨论，一致认为排在前面的单位在服务成效的可核实数据上更充分。"
REQUIREMENTS = "申报单位应当对材料的真实性负责，逾期提交的不予受理。"
CONTACT = "质量发展处 027-00000000（演练用号码）"
