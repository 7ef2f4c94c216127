/// What the trainings on examples share (tuning, alignment, reward models, learning from rewards): how one goes, what
/// was read for it, what is held out, and what is watched meanwhile.
@NullMarked
package dev.mokha.language.recipe;

import org.jspecify.annotations.NullMarked;
