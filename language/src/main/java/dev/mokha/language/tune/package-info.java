/// Supervised fine-tuning of a decoder on conversations: what files hold, what of it counts in the loss, and
/// the training.
@NullMarked
package dev.mokha.language.tune;

import org.jspecify.annotations.NullMarked;
