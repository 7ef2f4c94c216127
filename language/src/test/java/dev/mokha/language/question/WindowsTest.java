package dev.mokha.language.question;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.text.tokenizer.Tokenizer;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WindowsTest {
    private static final Tokenizer TOKENIZER = Expected.tokenizer();

    @Property
    void windowsCoverTheContextAndEachTokenHasMostContextOnce(
            @ForAll @IntRange(min = 1, max = 400) int tokens,
            @ForAll @IntRange(min = 1, max = 60) int room,
            @ForAll @IntRange(min = 1, max = 80) int stride) {
        List<int[]> stretches = Windows.stretches(tokens, room, stride);
        var covered = new BitSet();
        for (int[] stretch : stretches) {
            assertThat(stretch[1]).isBetween(1, room);
            covered.set(stretch[0], stretch[0] + stretch[1]);
        }
        assertThat(covered.nextClearBit(0)).isEqualTo(tokens);
        assertThat(covered.length()).isEqualTo(tokens);
        for (int token = 0; token < tokens; token++) {
            int[] best = stretches.get(Windows.maxContext(stretches, token));
            int context = Math.min(token - best[0], best[0] + best[1] - 1 - token);
            assertThat(context).isNotNegative();
            for (int[] other : stretches) {
                int there = Math.min(token - other[0], other[0] + other[1] - 1 - token);
                assertThat(there).isLessThanOrEqualTo(context + 1); // length may win over one token of context
            }
        }
    }

    @Property(tries = 200)
    void everyTokenIsInExactlyOneWindowWithMostContextAndPointsAtItsText(
            @ForAll("texts") String context, @ForAll @IntRange(min = 10, max = 40) int length) {
        var windows = new Windows(TOKENIZER, new Windows.Config(length, 5, 7)).of(Question.ask("what is it", context));
        var seen = new BitSet();
        int unknown = TOKENIZER.id("[UNK]");
        for (Window window : windows) {
            assertThat(window.size()).isLessThanOrEqualTo(length);
            for (int i = 0; i < window.size(); i++) {
                if (window.inContext(i) && window.hasMaxContext(i)) {
                    assertThat(seen.get(window.token(i))).isFalse();
                    seen.set(window.token(i));
                }
                if (window.inContext(i)) {
                    String text = context.substring(window.charStart(i), window.charEnd(i));
                    int id = window.ids()[i];
                    // The piece spells what stands there, but for case and accents; [UNK] spells nothing.
                    int[] again = TOKENIZER.encodeIds(text, false);
                    if (id != unknown && IntStream.of(again).noneMatch(one -> one == unknown)) {
                        String piece = TOKENIZER.decode(new int[] {id}, false).replace("##", "");
                        assertThat(TOKENIZER.decode(again, false)).isEqualTo(piece);
                    }
                } else {
                    assertThat(window.hasMaxContext(i)).isFalse();
                }
            }
        }
        int tokens = TOKENIZER.encodeIds(context, false).length;
        assertThat(seen.cardinality()).isEqualTo(tokens);
    }

    @Property(tries = 300)
    void anAnswerOfWholeWordsIsFoundAgainFromItsTokens(
            @ForAll("texts") String context, @ForAll int from, @ForAll int to) {
        String[] words = context.split(" ");
        int a = Math.floorMod(from, words.length);
        int b = a + Math.floorMod(to, words.length - a);
        String answer = String.join(" ", List.of(words).subList(a, b + 1));
        int start = a == 0 ? 0 : String.join(" ", List.of(words).subList(0, a)).length() + 1;
        var question = new Question("q", "what", context, List.of(new Gold(answer, start)), false);
        for (Window window : new Windows(TOKENIZER, new Windows.Config(48, 8, 16)).of(question)) {
            if (window.startPosition() > 0) {
                String found = context.substring(
                        window.charStart(window.startPosition()), window.charEnd(window.endPosition()));
                assertThat(found).isEqualTo(answer);
            }
        }
        long holding = new Windows(TOKENIZER, Windows.Config.squad())
                .of(question).stream().filter(w -> w.startPosition() > 0).count();
        assertThat(holding).isEqualTo(1);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        "coffee",
                        "Mokha",
                        "(1712-1838).",
                        "القاهرة،",
                        "سنة",
                        "١٩٥٨",
                        "U.S.",
                        "$5",
                        "Straße",
                        "naïve",
                        "الوَلَد",
                        "😀",
                        "中文",
                        "e-mail",
                        "x")
                .list()
                .ofMinSize(1)
                .ofMaxSize(60)
                .map(words -> String.join(" ", words));
    }

    @Test
    void aPartOfAWordIsTakenWhenPiecesSpellItAndElseTheWord() {
        String context = "The theatres were (1895-1943) full";
        assertThat(goldText(context, "1895")).isEqualTo("1895");
        assertThat(goldText(context, "heatre")).isEqualTo("theatres");
        assertThat(goldText(context, "theatres were")).isEqualTo("theatres were");
        assertThat(goldText(context, " were ")).isEqualTo("were");
    }

    @Test
    void theRightOneOfEqualWordsIsTaken() {
        String context = "9-9 and 9";
        var question = new Question("q", "what", context, List.of(new Gold("9", 2)), false);
        Window window =
                new Windows(TOKENIZER, Windows.Config.squad()).of(question).getFirst();
        assertThat(window.charStart(window.startPosition())).isEqualTo(2);
    }

    @Test
    void anAnswerAcrossTheEndOfAWindowIsInNeitherAndPointsAtItsFirstPosition() {
        String context = "one two three four five six seven eight nine ten";
        var config = new Windows.Config(9, 1, 100);
        var question = new Question("q", "who", context, List.of(new Gold(context.substring(4, 40), 4)), false);
        for (Window window : new Windows(TOKENIZER, config).of(question)) {
            assertThat(window.startPosition()).isZero();
            assertThat(window.endPosition()).isZero();
        }
    }

    @Test
    void aContextWithoutTokensHasNoWindowAndGivesTheOfficialNonce() {
        var windows = new Windows(TOKENIZER, Windows.Config.squad()).of(Question.ask("who", " \n "));
        assertThat(windows).isEmpty();
        assertThat(Decode.squad1().of(windows, List.of()).text()).isEqualTo("empty");
        assertThat(Decode.squad2(0).of(windows, List.of()).text()).isEmpty();
    }

    @Test
    void sizesThatLeaveNoRoomAreRefused() {
        assertThatThrownBy(() -> new Windows.Config(20, 64, 8))
                .hasMessageContaining("20")
                .hasMessageContaining("64");
        assertThatThrownBy(() -> new Windows.Config(384, 64, 0)).hasMessageContaining("stride 0");
        var bare = TOKENIZER.toBuilder().postProcessor(null).build();
        assertThatThrownBy(() -> new Windows(bare, Windows.Config.squad())).hasMessageContaining("post_processor");
    }

    private static String goldText(String context, String answer) {
        var question = new Question("q", "what", context, List.of(new Gold(answer, context.indexOf(answer))), false);
        Window window =
                new Windows(TOKENIZER, Windows.Config.squad()).of(question).getFirst();
        return context.substring(window.charStart(window.startPosition()), window.charEnd(window.endPosition()));
    }
}
