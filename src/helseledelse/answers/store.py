"""Where answers lie: one file beside the workbooks, which never loses a word.

Interface settled here; see docs/architecture.md.
"""
