"""Answers to the exercises of notebooks 04 and 05."""

from answers.forms import Answers

ANSWERS: dict[str, Answers] = {}
