"""The nbgrader course; every command of nbgrader run in this folder reads it."""

from helseledelse.grading.adapter import configure

c = get_config()  # noqa: F821  nbgrader gives it to the file it reads

c.CourseDirectory.course_id = "helseledelse"
configure(c)
