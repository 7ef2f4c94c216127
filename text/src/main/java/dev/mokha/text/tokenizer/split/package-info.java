/// Pre-tokenizers: they cut normalised text into the words that a model sees.
@NullMarked
package dev.mokha.text.tokenizer.split;

import org.jspecify.annotations.NullMarked;
