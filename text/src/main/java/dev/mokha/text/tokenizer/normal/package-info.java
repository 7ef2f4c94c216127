/// Normalisers, and the text they work on, which remembers where each character came from.
@NullMarked
package dev.mokha.text.tokenizer.normal;

import org.jspecify.annotations.NullMarked;
