/// What is in a model folder or file, read from its headers: the facts behind `mokha inspect`.
@NullMarked
package dev.mokha.cli.facts;

import org.jspecify.annotations.NullMarked;
