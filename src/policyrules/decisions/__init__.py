"""What every engine returns: the decision, its reasons, what is missing, and its receipt."""
