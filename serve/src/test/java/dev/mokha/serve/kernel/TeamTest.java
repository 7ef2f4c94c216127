package dev.mokha.serve.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TeamTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void eachPartIsDoneOnceByAThreadOfTheTeam(int threads) {
        try (var team = new Team(threads)) {
            for (int round = 0; round < 300; round++) {
                int parts = round % 17;
                var done = new AtomicIntegerArray(parts);
                team.run(parts, (part, thread) -> {
                    assertThat(thread).isBetween(0, threads - 1);
                    done.incrementAndGet(part);
                });
                assertThat(IntStream.range(0, parts).map(done::get)).allMatch(times -> times == 1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void whatAPartThrowsIsThrownAndTheTeamGoesOn(int threads) {
        try (var team = new Team(threads)) {
            assertThatThrownBy(() -> team.run(8, (part, _) -> {
                        if (part == 5) {
                            throw new IllegalArgumentException("part " + part);
                        }
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("part 5");
            var done = new AtomicIntegerArray(4);
            team.run(4, (part, _) -> done.incrementAndGet(part));
            assertThat(IntStream.range(0, 4).map(done::get)).containsOnly(1);
        }
    }
}
