"""Answers to the exercises of notebooks 12 and 13."""

from answers.forms import Answers

ANSWERS: dict[str, Answers] = {}
