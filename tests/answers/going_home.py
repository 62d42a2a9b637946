"""Answers to the exercises of notebooks 14 to 16."""

from answers.forms import Answers

ANSWERS: dict[str, Answers] = {}
