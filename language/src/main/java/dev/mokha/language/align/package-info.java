/// Alignment of a decoder with what people prefer: pairs of answers of which one is better, or answers rated
/// one by one, the losses that learn from them without a reward model, and the training.
@NullMarked
package dev.mokha.language.align;

import org.jspecify.annotations.NullMarked;
