"""What is known of models and providers: prices, limits, capabilities, lifecycle, profiles.

The facts ship as `models.yaml`; a user's `config.yaml` adds providers and models, or corrects a
price, in the same shape. What is not known is None, never 0 and never a guess.
"""
