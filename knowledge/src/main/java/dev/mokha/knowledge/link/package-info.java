/// Link prediction on a graph that stays as it is: scorers of facts that learn vectors of entities and
/// relations, the objectives they are trained with, and exact ranks of the right answers. See
/// `docs/link-prediction.md`.
@NullMarked
package dev.mokha.knowledge.link;

import org.jspecify.annotations.NullMarked;
