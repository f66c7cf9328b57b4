"""Grades assignments by reading answers as data; nothing a participant wrote is ever run."""
