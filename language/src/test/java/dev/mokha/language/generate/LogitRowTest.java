package dev.mokha.language.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogitRowTest {
    @Property(tries = 200)
    void theLikeliestIsTheFirstOfTheLargest(
            @ForAll @IntRange(min = 1, max = 4000) int size,
            @ForAll @IntRange(min = 0, max = 3) int from,
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 50) int levels) {
        var random = new Random(seed);
        float[] values = new float[from + size + 2];
        for (int i = 0; i < values.length; i++) {
            int level = random.nextInt(levels + 1);
            values[i] = level == 0 ? Float.NEGATIVE_INFINITY : level - levels / 2f;
        }
        int best = -1;
        for (int i = 0; i < size; i++) {
            if (values[from + i] > (best < 0 ? Float.NEGATIVE_INFINITY : values[from + best])) {
                best = i;
            }
        }
        assertThat(LogitRow.of(values, from, size).likeliest()).isEqualTo(best);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1023, 1024, 2999})
    void whatIsNoNumberIsFoundWhereverItStands(int at) {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            float[] values = new float[3000];
            Arrays.fill(values, 3);
            values[at] = bad;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> LogitRow.of(values).likeliest())
                    .withMessageContaining("the logit of token " + at + " is");
        }
    }

    @Test
    void whereEveryTokenIsTakenAwayThereIsNoLikeliest() {
        float[] values = new float[1500];
        Arrays.fill(values, Float.NEGATIVE_INFINITY);
        assertThat(LogitRow.of(values).likeliest()).isEqualTo(-1);
    }
}
