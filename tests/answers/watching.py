"""Answers to the exercises of notebooks 06 to 08."""

from answers.forms import Answers

ANSWERS: dict[str, Answers] = {}
