"""Named questions to a chart, each with a closed list of answers and its evidence.

One module a question: its docstring is the question, `ANSWERS` the closed list, `answer` the
function. Thresholds, codes and lists come from the artifact as parameters.
"""
