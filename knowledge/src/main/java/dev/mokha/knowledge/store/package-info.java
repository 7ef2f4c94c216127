/// The embedded store of a graph that grows: one file, a snapshot a transaction.
@NullMarked
package dev.mokha.knowledge.store;

import org.jspecify.annotations.NullMarked;
