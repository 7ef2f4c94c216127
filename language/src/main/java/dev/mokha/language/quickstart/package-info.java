/// The main job, small but whole: a small English decoder learns Arabic without forgetting English.
@NullMarked
package dev.mokha.language.quickstart;

import org.jspecify.annotations.NullMarked;
