/// Facts as whole numbers: lists, known answers, what stands beside what. Plain Java, no tensor.
@NullMarked
package dev.mokha.knowledge.graph;

import org.jspecify.annotations.NullMarked;
