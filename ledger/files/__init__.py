"""Files and pictures: what somebody handed in as evidence, kept once by content, and what each of them proves.

A file is judged by its bytes, never by its name. A picture is decoded and written anew, so that nothing of the
device or the place stays in what is shown; the day and the place of capture are kept beside it as private facts.
Every operation that takes evidence names a stored file and leaves a use of it: for what, of what, by whom. The bytes
can be erased when the law asks for it; their digest, and that they were erased, stay. What is taken in, and how large
it may be, stands at the head of `rules`.
"""
