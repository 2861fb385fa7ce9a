"""Operations on many tables at once: which ones, each by itself side by side, and how it ended."""
