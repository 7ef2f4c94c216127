package dev.mokha.language.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

final class StopTextsTest {
    @Test
    void aStopTextThatStraddlesPiecesIsNeverGivenOut() {
        var stops = new StopTexts(List.of("\nUser:"), false);
        assertThat(stops.push("Hello.\nUs")).isEqualTo("Hello.");
        assertThat(stops.push("er")).isEmpty();
        assertThat(stops.push(": more")).isEmpty();
        assertThat(stops.stopped()).isTrue();
        assertThat(stops.push("even more")).isEmpty();
        assertThat(stops.finish()).isEmpty();
    }

    @Test
    void whatOnlyLookedLikeOneIsGivenOut() {
        var stops = new StopTexts(List.of("\nUser:"), false);
        assertThat(stops.push("a\nUs")).isEqualTo("a");
        assertThat(stops.push("ual")).isEqualTo("\nUsual");
        assertThat(stops.push("\nU")).isEmpty();
        assertThat(stops.finish()).isEqualTo("\nU");
        assertThat(stops.stopped()).isFalse();
    }

    @Test
    void aStopTextThatIsToBeKeptIsGivenOutWhole() {
        var stops = new StopTexts(List.of("\nUser:"), true);
        assertThat(stops.push("Hello.\nUs")).isEqualTo("Hello.");
        assertThat(stops.push("er: more")).isEqualTo("\nUser:");
        assertThat(stops.stopped()).isTrue();
    }

    @Property
    void howTheTextIsCutMakesNoDifference(
            @ForAll @Size(max = 12) List<@StringLength(max = 4) @CharRange(from = 'a', to = 'c') String> pieces,
            @ForAll @Size(min = 1, max = 3)
                    List<@StringLength(min = 1, max = 4) @CharRange(from = 'a', to = 'c') String> stops) {
        String whole = String.join("", pieces);
        assertThat(all(pieces, stops)).isEqualTo(all(List.of(whole), stops)).isEqualTo(oracle(whole, stops));
    }

    private static String all(List<String> pieces, List<String> stops) {
        var watch = new StopTexts(stops, false);
        var text = new StringBuilder();
        pieces.forEach(piece -> text.append(watch.push(piece)));
        return text.append(watch.finish()).toString();
    }

    /// The text before the stop text that is complete first; of two that end together, the longer.
    private static String oracle(String text, List<String> stops) {
        for (int end = 1; end <= text.length(); end++) {
            int longest = 0;
            for (String stop : stops) {
                if (text.substring(0, end).endsWith(stop)) {
                    longest = Math.max(longest, stop.length());
                }
            }
            if (longest > 0) {
                return text.substring(0, end - longest);
            }
        }
        return text;
    }
}
