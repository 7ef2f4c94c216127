/// Rotary position embedding: its frequencies as `config.json` tells them, and the table of cosines and
/// sines.
@NullMarked
package dev.mokha.language.rotary;

import org.jspecify.annotations.NullMarked;
