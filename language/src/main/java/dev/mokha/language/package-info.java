@NullMarked
package dev.mokha.language;

import org.jspecify.annotations.NullMarked;
