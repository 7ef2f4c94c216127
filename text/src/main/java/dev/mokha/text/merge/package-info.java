/// Giving a tokenizer the pieces of another language without changing what it does to the languages it has.
@NullMarked
package dev.mokha.text.merge;

import org.jspecify.annotations.NullMarked;
