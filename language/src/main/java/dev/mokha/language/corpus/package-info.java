/// From files of text to batches of tokens: reading, encoding once, packing, mixing. No tensors.
@NullMarked
package dev.mokha.language.corpus;

import org.jspecify.annotations.NullMarked;
