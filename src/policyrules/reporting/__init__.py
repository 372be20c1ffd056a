"""What is found, told as lines of text: by the command line, and by whoever else runs cases.

`lines` has the shape of a line and what makes texts fit, `findings` tells what is wrong with a
file, `failures` tells where a case is not decided as it expects.
"""
