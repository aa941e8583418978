"""« Do not start yet »: from the day before, while a contract is unsigned or its Dimona is not
recorded.
"""

from datetime import datetime

from django.db import transaction

from members.models import Role, User
from office import clock
from office.calendar import ONE_DAY
from orders import letters
from orders.models import Order
from payroll.queries import NotReady, not_ready


@transaction.atomic
def warn_not_ready(*, at: datetime) -> int:
    """Tell the affiliate, once a day, and payroll staff together; gives how many contracts are not
    ready.
    """
    on = clock.day_of(at)
    missing = list(not_ready(on, on + ONE_DAY))
    orders = {
        order.ref: order
        for order in Order.objects.filter(
            ref__in={row.contract.job for row in missing}
        ).select_related("affiliate__user")
    }
    told = [row for row in missing if _tell(row, orders, at)]
    if told:
        newest = max(row.contract.pk for row in told)
        for user in User.objects.staff().filter(role=Role.PAYROLL):
            letters.not_ready_staff(user, missing, on=on, newest=newest, at=at)
    return len(told)


def _tell(row: NotReady, orders: dict[str, Order], at: datetime) -> bool:
    return letters.not_ready(
        row.contract,
        orders[row.contract.job],
        unsigned=row.unsigned,
        on=clock.day_of(at),
        at=at,
    )
