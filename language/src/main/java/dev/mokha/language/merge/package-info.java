/// Several fine-tunings of one model made into one, without training.
@NullMarked
package dev.mokha.language.merge;

import org.jspecify.annotations.NullMarked;
