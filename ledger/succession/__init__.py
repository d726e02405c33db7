"""分户、合户: homes that are divided or merged on a day, by a paper.

What ended is not deleted: its history stays, and until that day it is charged, counted and asked as before. Its part of the
fund passes to what it became, by area and to the fen (165号令 Art. 28: it goes with the home). Whatever else is open of it is
settled before.
"""
