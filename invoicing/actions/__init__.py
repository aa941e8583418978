"""The verbs of invoicing, by noun: clients, invoices, payments, advances, the guarantee fund."""
