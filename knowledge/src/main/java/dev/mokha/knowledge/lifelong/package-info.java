/// Embeddings of a graph that grows, snapshot by snapshot.
@NullMarked
package dev.mokha.knowledge.lifelong;

import org.jspecify.annotations.NullMarked;
