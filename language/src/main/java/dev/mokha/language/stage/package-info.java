/// Long runs in stages that can be stopped, killed and run again: each stage writes what it found, and only
/// then counts as done.
@NullMarked
package dev.mokha.language.stage;

import org.jspecify.annotations.NullMarked;
