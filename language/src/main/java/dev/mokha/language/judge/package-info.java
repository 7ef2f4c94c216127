/// Answers in a model's own words, judged by another model: ratings, and pairs of which one is better. The
/// judge is any endpoint of OpenAI's form, or a model folder.
@NullMarked
package dev.mokha.language.judge;

import org.jspecify.annotations.NullMarked;
