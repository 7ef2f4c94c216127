/// Programs that run Mokha beside a peer in one run and print a table. Each says in its comment how it is started.
@NullMarked
package dev.mokha.bench;

import org.jspecify.annotations.NullMarked;
