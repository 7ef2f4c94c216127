/// Models that learn the snapshots of a store: the whole graph one snapshot after another, or one delta
/// with what stands around it.
@NullMarked
package dev.mokha.knowledge.learn;

import org.jspecify.annotations.NullMarked;
