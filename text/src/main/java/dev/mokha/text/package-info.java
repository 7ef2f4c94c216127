@NullMarked
package dev.mokha.text;

import org.jspecify.annotations.NullMarked;
