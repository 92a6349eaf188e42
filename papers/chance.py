"""What chance allows: the distributions that the verdicts need, with the standard library alone."""

import math

# A row of the table fails by chance alone once in so many runs, whatever the seed.
ONCE_IN = 10_000


def normal_quantile(share):
    """z with P[Z <= z] = share, by bisection."""
    low, high = -12.0, 12.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        if 0.5 * math.erfc(-middle / math.sqrt(2)) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def z_of(checks, once_in=ONCE_IN):
    """How many standard errors each of so many checks is given, if all together are to fail once in `once_in` runs."""
    return normal_quantile(1 - 1 / once_in / checks / 2)


def binomial_interval(tries, chance, share):
    """The counts from..to that hold a count of so many tries with at least that share, the rest halved on both sides."""
    tail = (1 - share) / 2
    return _least_with(tries, chance, tail), _least_with(tries, chance, 1 - tail)


def _least_with(tries, chance, share):
    """The least count with P[X <= count] >= share."""
    middle = tries * chance
    spread = 12 * math.sqrt(middle) + 30
    count = max(0, int(middle - spread))
    total = 0.0
    while count < min(tries, middle + spread):
        total += math.exp(math.lgamma(tries + 1) - math.lgamma(count + 1) - math.lgamma(tries - count + 1)
                          + count * math.log(chance) + (tries - count) * math.log1p(-chance))
        if total >= share:
            break
        count += 1
    return count


def mean(values):
    return sum(values) / len(values)


def quantile(values, share):
    """The least value that is not below so much of all: as `selkie sim` has it."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))] if ordered else None


def standard_error(values):
    if len(values) < 2:
        return math.inf
    middle = mean(values)
    return math.sqrt(sum((value - middle) ** 2 for value in values) / (len(values) - 1) / len(values))
