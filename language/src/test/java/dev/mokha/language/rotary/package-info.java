@NullMarked
package dev.mokha.language.rotary;

import org.jspecify.annotations.NullMarked;
