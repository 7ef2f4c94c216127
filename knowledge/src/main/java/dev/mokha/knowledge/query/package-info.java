/// Questions to a graph and to what a model learned of it: candidates in order, scores, probabilities, what
/// stands beside what. Plain Java over the store, no tensor.
@NullMarked
package dev.mokha.knowledge.query;

import org.jspecify.annotations.NullMarked;
