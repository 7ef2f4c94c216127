package dev.mokha.knowledge.query;

/// An entity near another.
///
/// @param cosine of the angle between their vectors, from −1 to 1
public record Near(String name, double cosine) {}
