"""Stage 5: what a person may write with an act, and the closed lists to choose from. Words only, no logic.

Errors, the options of the command line and the checks read these lists.
"""

MERGED = "已并入"  # outcome of a case that another one took in
DISMISSALS = ("误报", "不相关")
ADOPTIONS = ("采纳", "部分采纳", "不采纳")  # how a 建议 ends (Z9b.5.3-1)
CAUSES = ("服务", "管理", "误解", "谣言", "外部")  # why it came about (Z1.5-3)
RESPONSE_MODES = ("线上答复", "线下沟通", "权威解读", "发布会", "专家解答")  # Z8.8
TOLD_WAYS = ("当面", "电话", "书面", "短信", "线上留言", "会议")  # how the persons concerned were told (Z1.5-8)
CHECKLIST = {  # what an approver ticks, and what each tick says (Z1.5-7, Z9c.10-2)
    "事实": "事实已核实，写得清楚",
    "措施": "措施、责任与时间写明",
    "立场": "站在师生和当事人的立场上",
    "态度": "态度诚恳，讲理不失礼",
    "隐私": "不含个人隐私与保密内容",
}
INPUTS = {  # shown in errors and as options of the command line
    "level": "等级",
    "opinion": "意见（研判、批办或处理意见）",
    "evidence": "依据的链接",
    "nature": "性质",
    "nature_why": "性质的理由",
    "impact": "影响程度与理由",
    "risk": "潜在风险与理由",
    "verdict": f"结论：{'或'.join(DISMISSALS)}",
    "reason": "理由",
    "lead": "牵头部门编号",
    "assisting": "协办部门编号",
    "fact_note": "核实情况",
    "disposition": "办理情况（处置）",
    "response": "回复意见（回应）",
    "link": "公开答复的链接",
    "checklist": f"勾选的审定清单，用逗号隔开：{'、'.join(CHECKLIST)}",
    "tracker": "跟踪人的人员编号",
    "cause": f"成因：{'、'.join(CAUSES)}",
    "adoption": f"对建议的结论：{'、'.join(ADOPTIONS)}",
    "response_mode": f"回应方式：{'、'.join(RESPONSE_MODES)}",
    "told_how": f"怎样告知：{'、'.join(TOLD_WAYS)}",
    "told_at": "何时告知的，例如 2026-10-08T12:00；不写就是现在",
    "summary": "摘要（不写个人姓名）：放进案例库，标题过期后仍在",
    "tags": "标签，用逗号隔开",
    "lessons": "经验教训",
    "measures": "改进措施",
    "rule": "要延期的时限（条款号）",
    "within": "延到总共多长，例如 5d",
    "due_at": "上级给的限期，例如 2026-10-08T12:00",
    "mark": "标记（人查明的情形）",
    "into": "并入哪个案件（案件号）",
    "body": "移送给哪个单位",
    "harm": "重大危害的事实",
    "field": "本校自定的栏目，写成 栏目=内容",
    "to": "告知哪个部门（编号、名称或职能：保卫、学工）",
    "words": "要说的话（200 字以内）",
}
