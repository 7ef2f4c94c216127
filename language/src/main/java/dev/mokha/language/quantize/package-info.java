/// Models with fewer bits a weight: rounded as they are, or by methods that look at what the weights are
/// multiplied with.
@NullMarked
package dev.mokha.language.quantize;

import org.jspecify.annotations.NullMarked;
