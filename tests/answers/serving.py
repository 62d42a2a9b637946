"""Answers to the exercises of notebooks 09 to 11."""

from answers.forms import Answers

ANSWERS: dict[str, Answers] = {}
