package dev.mokha.language.gguf;

/// The numbers that neighbours in a row can become.
public interface Grid {
    /// {@return the level nearest to a number at a place}
    int level(int place, float number);

    /// {@return the number that a level stands for at a place}
    float value(int place, int level);
}
