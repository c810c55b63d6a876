"""Companies that do not exist, for the services of the demo."""

from stations.credit_code import make_credit_code

FIRST = 700_000  # numbers of made-up credit codes that nobody else in the demo has
TRADES = ("光电", "汽车零部件", "生物医药", "食品", "智能装备", "新材料", "服装", "软件")


def company(number: int) -> tuple[str, str]:
    """(credit code, name)"""
    return make_credit_code(FIRST + number), f"武汉演练{TRADES[number % len(TRADES)]}{number + 1}号有限公司"
