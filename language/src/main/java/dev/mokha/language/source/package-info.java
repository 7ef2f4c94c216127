/// Where a decoder comes from: a Hugging Face folder or a GGUF file, opened alike.
@NullMarked
package dev.mokha.language.source;

import org.jspecify.annotations.NullMarked;
