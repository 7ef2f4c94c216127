/// The one training loop: steps, checkpoints, metrics, alarms, progress.
@NullMarked
package dev.mokha.nn.fit;

import org.jspecify.annotations.NullMarked;
