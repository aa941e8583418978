"""The job, asked in four steps and read again in a fifth; each change is kept as it is made."""
