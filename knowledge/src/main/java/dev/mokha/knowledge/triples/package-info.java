/// Facts as files hold them: names and numbers, readers and writers.
@NullMarked
package dev.mokha.knowledge.triples;

import org.jspecify.annotations.NullMarked;
