/// Tokenizers that read and write the Hugging Face `tokenizer.json`: text to ids and back.
///
/// The pipeline of a {@link dev.mokha.text.tokenizer.Tokenizer}: added tokens are cut out of the text, what
/// is between them is normalised ({@link dev.mokha.text.tokenizer.normal}), cut into words ({@link
/// dev.mokha.text.tokenizer.split}), each word becomes pieces ({@link dev.mokha.text.tokenizer.model}), and a
/// {@link dev.mokha.text.tokenizer.PostProcessor} adds the special tokens. A {@link
/// dev.mokha.text.tokenizer.Decoder} goes back.
@NullMarked
package dev.mokha.text.tokenizer;

import org.jspecify.annotations.NullMarked;
