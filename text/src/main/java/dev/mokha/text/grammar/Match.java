package dev.mokha.text.grammar;

/// How far a text fits a grammar.
///
/// @param characters how many UTF-16 units of it fit, from its start
/// @param whole whether all of it fits and the grammar may end there
public record Match(int characters, boolean whole) {}
