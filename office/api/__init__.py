"""What every room's API speaks: values, pages and problems, with no word of the trade in it."""
