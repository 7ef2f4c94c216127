/// Reward models: a decoder that learns from pairs of answers to say how good an answer is.
@NullMarked
package dev.mokha.language.reward;

import org.jspecify.annotations.NullMarked;
