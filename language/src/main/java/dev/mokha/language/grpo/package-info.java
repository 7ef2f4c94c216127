/// Group relative policy optimisation: a decoder that learns from rewards of its own completions, several of
/// each prompt, judged against each other.
@NullMarked
package dev.mokha.language.grpo;

import org.jspecify.annotations.NullMarked;
