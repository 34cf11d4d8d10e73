"""The codes an answer names."""

from geo.address_answer import Answer


def new_codes(answer: Answer) -> set[str]:
    ones = {answer.new.code} if answer.new else set()
    return ones | {c.new.code for c in answer.candidates if c.new}


def old_codes(answer: Answer) -> set[str]:
    ones = {answer.old.code} if answer.old else set()
    return ones | {c.old.code for c in answer.candidates if c.old}
