"""The evaluation of the property firm: a rubric as versioned data, and the machine that scores by it.

The score advises; the owners decide on renewal (民法典 Art. 278 (四)). Every score keeps its rubric's version
and digest and its inputs, so that anyone can compute it again. What cannot be assessed says why.

An indicator is a line of a new version of the rubric (`rubrics/`, `actions.RUBRIC`) and its measure in `indicator_queries.measures`.
"""
