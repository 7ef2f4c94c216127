@NullMarked
package dev.mokha.cli;

import org.jspecify.annotations.NullMarked;
