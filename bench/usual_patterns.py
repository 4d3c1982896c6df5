"""What a usual project redacts: eight regular expressions. For the usual stack and for the roof."""

import re

PERSONAL = [
    re.compile(pattern)
    for pattern in (
        r"1[3-9]\d{9}",
        r"\d{17}[\dXx]",
        r"[\w.-]+@[\w-]+\.[\w.]+",
        r"(?:学号|工号)[:：]?\s*\d{6,12}",
        r"(?:QQ|qq|微信|vx|V信)[:：]?\s*[\w-]{5,}",
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z0-9]{5,6}",
        r"\d{3,4}-\d{7,8}",
        r"\d{16,19}",
    )
]
