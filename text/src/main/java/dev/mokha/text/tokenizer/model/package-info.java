/// The models: what turns one word into pieces of a vocabulary.
@NullMarked
package dev.mokha.text.tokenizer.model;

import org.jspecify.annotations.NullMarked;
