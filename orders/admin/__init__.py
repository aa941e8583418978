"""The staff desk of the jobs, one module by noun."""

from orders.admin import change_requests, orders, receipts, reviews, work_reports

__all__ = ["change_requests", "orders", "receipts", "reviews", "work_reports"]
