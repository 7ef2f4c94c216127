package dev.mokha.language.question;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class DecodeTest {
    private static final Offset<Double> ROUNDING = Offset.offset(1e-12);
    private static final int EVERY = 1000;

    /// With every start and end looked at, the best answer is that of a loop over all spans.
    @Property(tries = 200)
    void theBestAnswerIsTheBestOfAllSpans(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 50) int words,
            @ForAll @IntRange(min = 1, max = 8) int maxAnswer) {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            text.append("w").append(i).append(' ');
        }
        var windows = new Windows(Expected.tokenizer(), new Windows.Config(24, 4, 8))
                .of(Question.ask("which", text.toString()));
        List<SpanLogits> logits = new ArrayList<>();
        double best = Double.NEGATIVE_INFINITY;
        String answer = "";
        double none = Double.POSITIVE_INFINITY;
        for (Window window : windows) {
            float[] start = new float[window.size()];
            float[] end = new float[window.size()];
            for (int i = 0; i < start.length; i++) {
                start[i] = (float) random.nextGaussian();
                end[i] = (float) random.nextGaussian();
            }
            logits.add(new SpanLogits(start, end));
            none = Math.min(none, (double) start[0] + end[0]);
            for (int i = 0; i < start.length; i++) {
                for (int j = i; j < Math.min(start.length, i + maxAnswer); j++) {
                    boolean allowed = window.inContext(i) && window.inContext(j) && window.hasMaxContext(i);
                    if (allowed && (double) start[i] + end[j] > best) {
                        best = (double) start[i] + end[j];
                        answer = text.substring(window.charStart(i), window.charEnd(j));
                    }
                }
            }
        }
        Prediction found = new Decode(EVERY, maxAnswer, true, 0).of(windows, logits);
        assertThat(found.span()).isEqualTo(answer);
        assertThat(found.nullOdds()).isCloseTo(none - best, ROUNDING);
        assertThat(found.text()).isEqualTo(none - best > 0 ? "" : answer);
        assertThat(found.nBest().stream().mapToDouble(Candidate::probability).sum())
                .isCloseTo(1, Offset.offset(1e-9));
        for (Candidate candidate : found.nBest()) {
            if (candidate.isSpan()) {
                assertThat(text.substring(candidate.start(), candidate.end())).isEqualTo(candidate.text());
            }
        }
        assertThat(found.nBest()).extracting(Candidate::text).doesNotHaveDuplicates();
        assertThat(found.nBest()).isSortedAccordingTo((a, b) -> Double.compare(b.score(), a.score()));
    }

    @Test
    void theThresholdDecidesBetweenAnAnswerAndNone() {
        var windows = new Windows(Expected.tokenizer(), Windows.Config.squad()).of(Question.ask("who", "x"));
        Window window = windows.getFirst();
        float[] start = new float[window.size()];
        start[0] = 3;
        int x = window.size() - 2;
        start[x] = 1;
        var logits = List.of(new SpanLogits(start, new float[window.size()]));
        assertThat(Decode.squad2(1.9).of(windows, logits).text()).isEmpty();
        assertThat(Decode.squad2(2).of(windows, logits).text()).isEqualTo("x");
        assertThat(Decode.squad1().of(windows, logits).text()).isEqualTo("x");
        assertThat(Decode.squad1().of(windows, logits).nullOdds()).isNaN();
    }

    @Test
    void logitsThatDoNotFitAreRefused() {
        var windows = new Windows(Expected.tokenizer(), Windows.Config.squad()).of(Question.ask("who", "x"));
        assertThatThrownBy(() -> Decode.squad1().of(windows, List.of())).hasMessageContaining("1 windows");
        assertThatThrownBy(() -> Decode.squad1().of(windows, List.of(new SpanLogits(new float[2], new float[2]))))
                .hasMessageContaining("2 logits");
        assertThatThrownBy(() -> new SpanLogits(new float[2], new float[3])).hasMessageContaining("3 end");
    }
}
