"""What a vote leaves on paper: photographed ballot sheets, written proxies, the posted result, rulings.

Kept by digest and judged by content, in ink, as evidence for whoever objects. No route gives them back: a sheet
shows choices, so whoever enters it a second time reads the sheet itself.
"""
