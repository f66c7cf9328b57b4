"""The one place that knows nbgrader: its gradebook, its commands and its order of work are kept.

nbgrader's sanitise pass and grade pass run with preprocessors of ours. `Evaluate` stands where
nbgrader would start a kernel, so nothing a participant wrote is run, by nbgrader's own command
either. `Grading` does the same work in three stages: sanitise (database, `notebooks`), evaluate (no
database, through an executor, `evaluation` and `execution`), save (one writer, `gradebook`).
"""

from pathlib import Path

import nbgrader
from nbgrader.preprocessors import AssignLatePenalties, OverwriteKernelspec
from traitlets.config import Config

from helseledelse.grading.adapter.evaluation import Evaluate
from helseledelse.grading.adapter.exporters import FeedbackExporter, ShowGrounds, TolerantExporter
from helseledelse.grading.adapter.gradebook import SaveGrades
from helseledelse.grading.adapter.notebooks import STUB, InjectAnswers, ReadMirror, Restore

_TEMPLATES = Path(__file__).parents[1] / "templates"


def configure(config: Config) -> None:
    """Set what a course of ours needs; called from its ``nbgrader_config.py``."""
    config.Autograde.exporter_class = TolerantExporter
    config.Autograde.sanitize_preprocessors = [
        ReadMirror,
        Restore,
        OverwriteKernelspec,
        InjectAnswers,
    ]
    config.Autograde.autograde_preprocessors = [Evaluate, SaveGrades, AssignLatePenalties]
    config.GenerateFeedback.exporter_class = FeedbackExporter
    config.FeedbackExporter.template_name = "tilbakemelding"
    config.FeedbackExporter.exclude_anchor_links = True
    config.FeedbackExporter.extra_template_basedirs = [str(_TEMPLATES)]
    # Formgrader's own template, which lies with nbgrader, but for what it would fetch.
    theirs = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates"
    config.HTMLExporter.template_name = "sensor"
    config.HTMLExporter.extra_template_basedirs = [str(_TEMPLATES), str(theirs)]
    config.HTMLExporter.preprocessors = [ShowGrounds]
    config.ClearSolutions.text_stub = STUB
    config.ZipCollectApp.extractor_plugin_class = "nbgrader.plugins.zipcollect.ExtractorPlugin"
    config.FileNameCollectorPlugin.valid_ext = [".ipynb", ".json", ".pdf", ".docx"]
