/// Whether a tokenizer gives text back as it was, also token by token, as a model's answer comes.
@NullMarked
package dev.mokha.text.roundtrip;

import org.jspecify.annotations.NullMarked;
