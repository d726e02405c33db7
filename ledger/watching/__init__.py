"""运行: what whoever runs the machine sees of the server: a line for every request, and figures to be drawn.

Neither says anything of a person but by which sign-in and in which role he came, and from which network. No address as it
was asked for, for it may name a home or hold the code of a slip, and no words of a fault, for a database quotes rows in
them: a route's template and the lines of the program are enough to find what is wrong.
"""
