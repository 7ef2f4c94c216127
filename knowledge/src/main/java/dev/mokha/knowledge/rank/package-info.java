/// Ranks of right answers among all candidates, and the figures made of them. Plain Java, no tensor.
@NullMarked
package dev.mokha.knowledge.rank;

import org.jspecify.annotations.NullMarked;
