/// What a server would do: the real scheduler, arrivals drawn or recorded, and a model of a step's time.
@NullMarked
package dev.mokha.serve.simulate;

import org.jspecify.annotations.NullMarked;
