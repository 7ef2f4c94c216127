/// The engine: one loop that computes all requests' tokens in one pass a step.
@NullMarked
package dev.mokha.serve.engine;

import org.jspecify.annotations.NullMarked;
