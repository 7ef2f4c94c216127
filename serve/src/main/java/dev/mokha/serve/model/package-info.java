/// Decoders as the serving engine runs them: packed weights, many sequences' rows in one step.
@NullMarked
package dev.mokha.serve.model;

import org.jspecify.annotations.NullMarked;
