"""Tables and numbers as Markdown."""


def table(heads, rows):
    lines = [heads, ["---"] * len(heads)] + rows
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def number(value, digits=2):
    return "-" if value is None else f"{value:,.{digits}f}"


def percent(value, digits=1):
    return "-" if value is None else f"{value:.{digits}f} %"
