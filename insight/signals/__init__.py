"""What each sentence voices: a complaint, a wish, praise, a question; rules, a model, its training."""
