@NullMarked
package dev.mokha.nn;

import org.jspecify.annotations.NullMarked;
