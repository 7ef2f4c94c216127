/// Optimisers, learning-rate schedules, gradient clipping, parameter averages.
@NullMarked
package dev.mokha.nn.optim;

import org.jspecify.annotations.NullMarked;
