"""The evaluator with the answers to every word of the language."""

from seroclear.study import evaluate_combined, evaluate_course, evaluate_treatment
from seroclear.study.evaluator import Evaluator, course_rows

__all__ = ["Evaluator", "course_rows", "evaluate_combined", "evaluate_course", "evaluate_treatment"]
