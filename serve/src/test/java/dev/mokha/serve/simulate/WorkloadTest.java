package dev.mokha.serve.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.rng.core.source64.SplitMix64;
import org.apache.commons.rng.sampling.distribution.ContinuousSampler;
import org.junit.jupiter.api.Test;

class WorkloadTest {
    private static final int DRAWS = 100_000;

    private static double[] gaps(Arrivals arrivals) {
        ContinuousSampler sampler = arrivals.gaps(new SplitMix64(7));
        return DoubleStream.generate(sampler::sample).limit(DRAWS).toArray();
    }

    private static double mean(double[] values) {
        return DoubleStream.of(values).average().orElseThrow();
    }

    private static double variation(double[] values) {
        double mean = mean(values);
        double variance = DoubleStream.of(values)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow();
        return Math.sqrt(variance) / mean;
    }

    @Test
    void gapsHaveTheMeanAndTheVariationThatTheyAreToHave() {
        double[] poisson = gaps(new Arrivals.Poisson(5));
        assertThat(mean(poisson)).isCloseTo(0.2, within(0.004));
        assertThat(variation(poisson)).isCloseTo(1, within(0.02));
        double[] bursts = gaps(new Arrivals.Bursts(5, 3));
        assertThat(mean(bursts)).isCloseTo(0.2, within(0.01));
        assertThat(variation(bursts)).isCloseTo(3, within(0.15));
        double[] onOff = gaps(new Arrivals.OnOff(5, 1, 3));
        assertThat(mean(onOff)).isCloseTo(0.2, within(0.01));
        assertThat(variation(onOff)).as("burstier than Poisson").isGreaterThan(2);
        assertThat(DoubleStream.of(onOff).filter(gap -> gap < 0.05).count())
                .as("nearly all come at 20 a second")
                .isBetween(DRAWS * 55L / 100, DRAWS * 70L / 100);
    }

    @Test
    void arrivalsCanBeMadeMoreFrequent() {
        assertThat(new Arrivals.Poisson(5).times(2)).isEqualTo(new Arrivals.Poisson(10));
        assertThat(new Arrivals.Bursts(5, 3).times(2)).isEqualTo(new Arrivals.Bursts(10, 3));
        assertThat(new Arrivals.OnOff(5, 1, 3).times(2)).isEqualTo(new Arrivals.OnOff(10, 1, 3));
        assertThatThrownBy(() -> new Arrivals.Poisson(0)).hasMessageContaining("above 0, unlike 0.0");
    }

    @Test
    void lengthsAreDrawnAsTheirNamesSay() {
        var fixed = Lengths.parse("12").draw(new SplitMix64(1));
        assertThat(fixed.getAsInt()).isEqualTo(12);
        var uniform = Lengths.parse("3-5").draw(new SplitMix64(1));
        assertThat(IntStream.generate(uniform).limit(1000).distinct()).containsExactlyInAnyOrder(3, 4, 5);
        int[] chat = IntStream.generate(Lengths.parse("lognormal:200:1:5000").draw(new SplitMix64(1)))
                .limit(DRAWS)
                .sorted()
                .toArray();
        assertThat(chat[DRAWS / 2]).isBetween(195, 205);
        assertThat(chat[(int) (0.8413 * DRAWS)]).as("a deviation above").isBetween(525, 560);
        assertThat(chat[DRAWS - 1]).isEqualTo(5000);
        assertThat(Lengths.parse("lognormal:200:1").most()).isEqualTo(32_768);
    }

    @Test
    void wrongLengthsAreErrorsThatSayWhatIsRight() {
        for (String wrong : List.of("", "x", "0", "5-3", "1-", "lognormal:1", "lognormal:a:1", "lognormal:1:1:1:1")) {
            assertThatThrownBy(() -> Lengths.parse(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Lengths.parse("x")).hasMessageContaining("give 512, 64-1024 or lognormal:");
    }

    private static Workload.Recipe recipe(double rate) {
        return new Workload.Recipe(
                new Arrivals.Poisson(rate), Lengths.parse("1-200"), Lengths.parse("1-50"), 3, 20, 0.1);
    }

    @Test
    void equalSeedsGiveEqualRequestsAndRatesOnlyMoveThem() {
        Workload one = Workload.draw(recipe(1), 500, 3);
        assertThat(one).isEqualTo(Workload.draw(recipe(1), 500, 3));
        assertThat(one).isNotEqualTo(Workload.draw(recipe(1), 500, 4));
        Workload faster = Workload.draw(recipe(10), 500, 3);
        assertThat(faster.requests())
                .extracting(Request::promptTokens)
                .isEqualTo(one.requests().stream().map(Request::promptTokens).toList());
        assertThat(faster.rate()).isCloseTo(10 * one.rate(), within(1e-6));
        assertThat(one.faster(10).rate()).isCloseTo(10 * one.rate(), within(1e-6));
        assertThat(one.first(7).requests()).isEqualTo(one.requests().subList(0, 7));
    }

    @Test
    void drawnRequestsAreAsTheRecipeSays() {
        Workload drawn = Workload.draw(recipe(1), 2000, 3);
        assertThat(drawn.requests()).allSatisfy(request -> {
            assertThat(request.promptTokens()).isBetween(21, 200);
            assertThat(request.newTokens()).isBetween(1, 50);
            assertThat(request.priority()).isEqualTo(request.tenant().equals("urgent") ? 1 : 0);
        });
        assertThat(drawn.requests()).extracting(Request::tenant).contains("urgent", "tenant0", "tenant1", "tenant2");
        long urgent = drawn.requests().stream()
                .filter(request -> request.priority() == 1)
                .count();
        assertThat(urgent).isBetween(150L, 250L);
        assertThat(drawn.longestAnswer()).isEqualTo(50);
    }
}
