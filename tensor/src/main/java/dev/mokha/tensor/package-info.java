@NullMarked
package dev.mokha.tensor;

import org.jspecify.annotations.NullMarked;
