/// Embeddings of entities and relations: tables, samplers, losses with their gradients, optimisers.
@NullMarked
package dev.mokha.knowledge.embed;

import org.jspecify.annotations.NullMarked;
