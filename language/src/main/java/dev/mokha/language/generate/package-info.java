/// Text from a decoder: sampling (pure Java on arrays), stopping, streaming, and the model with its tokenizer
/// as one.
@NullMarked
package dev.mokha.language.generate;

import org.jspecify.annotations.NullMarked;
