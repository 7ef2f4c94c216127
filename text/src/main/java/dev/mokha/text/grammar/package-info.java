/// Constrained decoding: which tokens may come next so that a text fits a grammar.
///
/// A {@link dev.mokha.text.grammar.Grammar} is compiled from a regular expression, a list of choices, JSON, a
/// JSON Schema or an EBNF grammar. Together with a {@link dev.mokha.text.grammar.TokenVocabulary} it makes a
/// {@link dev.mokha.text.grammar.Constraint}, and each text that is being written has a {@link
/// dev.mokha.text.grammar.Matcher} of it.
@NullMarked
package dev.mokha.text.grammar;

import org.jspecify.annotations.NullMarked;
