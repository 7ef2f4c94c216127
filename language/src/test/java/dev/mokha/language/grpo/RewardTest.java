package dev.mokha.language.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.Message;
import java.math.BigDecimal;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RewardTest {
    private static Completion completion(String text, String answer, int tokens) {
        return new Completion(Prompt.of("?", answer), text, tokens, true);
    }

    private static double of(Reward reward, String text, String answer) {
        return reward.of(List.of(completion(text, answer, 1)))[0];
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    It is 42                           | 42                    | 1
                    It is 42.                          | 42                    | 1
                    first 42 then 41                   | 42                    | 0
                    12-7=5                             | 5                     | 1
                    12-7                               | 7                     | 1
                    12-7                               | -7                    | 0
                    x = -7                             | -7                    | 1
                    (3)-4                              | 4                     | 1
                    1,234,567.50 dollars               | 1234567.5             | 1
                    1,23                               | 23                    | 1
                    1,0000                             | 0                     | 1
                    0.1                                | 0.10                  | 1
                    0.1                                | 0.10000001            | 0
                    .5                                 | 0.5                   | 1
                    ٤٢                                 | 42                    | 1
                    ١٬٢٣٤٫٥                            | 1234.5                | 1
                    −3                                 | -3                    | 1
                    so 6 + 6 = 12 #### 12              | 5 and 7 are 12 #### 12 | 1
                    #### 12, as 3 came before          | #### 3                | 1
                    none                               | 3                     | 0
                    ####                               | 3                     | 0
                    """)
    void theLastNumberCountsExactly(String text, String answer, double reward) {
        assertThat(of(new Reward.SameNumber(), text, answer)).isEqualTo(reward);
    }

    @Property
    void aNumberIsItselfHoweverItIsWritten(@ForAll @Scale(4) BigDecimal number) {
        var grouped = new DecimalFormat("#,##0.0000", DecimalFormatSymbols.getInstance(Locale.ROOT));
        for (String written : new String[] {
            number.toPlainString(), grouped.format(number), number.setScale(9).toPlainString() + "."
        }) {
            assertThat(of(new Reward.SameNumber(), "that makes " + written, number.toPlainString()))
                    .as(written)
                    .isEqualTo(1);
        }
        BigDecimal near = number.add(new BigDecimal("0.00001"));
        assertThat(of(new Reward.SameNumber(), near.toPlainString(), number.toPlainString()))
                .isZero();
    }

    @Property
    void anyTextCanBeJudged(@ForAll String text, @ForAll String answer) {
        assertThat(of(new Reward.SameNumber(), text, "1")).isBetween(0.0, 1.0);
        assertThat(of(new Reward.Exact(), text, answer)).isBetween(0.0, 1.0);
        assertThat(of(new Reward.Exact(), text, text)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Sanaa               | sanaa      | 1
                    '  the  red sea. '  | The Red Sea | 1
                    ﬁn                  | fin        | 1
                    it is #### Aden     | Aden       | 1
                    Aden or Sanaa       | Aden       | 0
                    1.5                 | 15         | 0
                    """)
    void exactIsUpToCaseSpaceAndAFullStop(String text, String answer, double reward) {
        assertThat(of(new Reward.Exact(), text, answer)).isEqualTo(reward);
    }

    @Test
    void theFormatIsThatOfTheWholeCompletion() {
        Reward format = Rewards.Weighted.parse("format:<think>.*</think>\\d+").reward();
        assertThat(of(format, "<think>a\nb</think>12", "")).isEqualTo(1);
        assertThat(of(format, "<think>a\nb</think>12.", "")).isZero();
        assertThat(of(format, "so <think></think>1", "")).isZero();
    }

    @Test
    void longCompletionsLoseInALine() {
        Reward length = Rewards.Weighted.parse("length:10-30").reward();
        double[] found = length.of(Arrays.stream(new int[] {0, 10, 15, 30, 99})
                .mapToObj(tokens -> completion("", "", tokens))
                .toList());
        assertThat(found).containsExactly(0, 0, -0.25, -1, -1);
        assertThat(((Reward.Length) Rewards.Weighted.parse("length:8").reward()).free())
                .isZero();
    }

    @Test
    void rewardsAddUpByTheirWeights() {
        var rewards = new Rewards(List.of(
                Rewards.Weighted.parse("0.5*number"),
                Rewards.Weighted.parse("-2*format:.*!"),
                Rewards.Weighted.parse("format:[0-9 ]*"),
                new Rewards.Weighted(
                        Reward.Scored.each("letters", one -> one.text().length()), 10)));
        assertThat(rewards.names()).containsExactly("number", "format", "format-2", "letters");
        var scores = rewards.score(List.of(completion("4!", "4", 1), completion("4", "4", 1)));
        assertThat(scores.total()).containsExactly(0.5 - 2 + 20, 0.5 + 1 + 10);
        assertThat(scores.each().get(1)).containsExactly(1, 0);
    }

    @Test
    void whatScoresConversationsReadsThePromptAndItsAnswer() {
        List<Conversation> seen = new ArrayList<>();
        Reward reward = Reward.Scored.of("judge", conversations -> {
            seen.addAll(conversations);
            return new double[conversations.size()];
        });
        var asked = Conversation.of(new Message.System("Count."), new Message.User("1+1?"));
        reward.of(List.of(
                completion("2", "", 1), new Completion(new Prompt("1+1?", asked, Map.of(), "here"), "two", 1, true)));
        assertThat(seen)
                .containsExactly(
                        Conversation.of(new Message.User("?"), new Message.Assistant("2")),
                        Conversation.of(
                                new Message.System("Count."), new Message.User("1+1?"), new Message.Assistant("two")));
    }

    @Test
    void aRewardThatIsNoNumberIsNamed() {
        var broken = new Rewards(List.of(new Rewards.Weighted(Reward.Scored.each("broken", _ -> Double.NaN), 1)));
        assertThatThrownBy(() -> broken.score(List.of(completion("text", "", 1))))
                .hasMessage("the reward broken gave NaN for 'text'");
        var few = new Rewards(List.of(new Rewards.Weighted(new Reward.Scored("few", _ -> new double[0]), 1)));
        assertThatThrownBy(() -> few.score(List.of(completion("text", "", 1))))
                .hasMessageContaining("gave 0 numbers for 1 completions");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nmber", "number:3", "format", "", "0.5*", "2*3*number", "length"})
    void anUnknownRewardIsNamedWithThoseThereAre(String text) {
        assertThatThrownBy(() -> Rewards.Weighted.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is none of exact, number, format:REGEX");
    }

    @Test
    void brokenRewardsSayWhatIsBroken() {
        assertThatThrownBy(() -> Rewards.Weighted.parse("format:(a"))
                .hasMessageContaining("'(a' of the reward format is no regular expression: Unclosed group");
        assertThatThrownBy(() -> Rewards.Weighted.parse("length:x")).hasMessageContaining("not 'x'");
        assertThatThrownBy(() -> Rewards.Weighted.parse("length:9-9")).hasMessageContaining("was 9 and 9");
        assertThatThrownBy(() -> Rewards.Weighted.parse("0*number")).hasMessageContaining("finite and not 0");
        assertThatThrownBy(() -> new Rewards(List.of())).hasMessageContaining("at least one reward");
    }

    @Test
    void whatAPromptLacksIsNamedBeforeAnythingIsDrawn() {
        var without = new Prompt("2+2", null, Map.of("result", "4"), "sums.jsonl, line 3");
        assertThatThrownBy(() -> new Reward.SameNumber().require(without))
                .isInstanceOf(CorpusException.class)
                .hasMessage("sums.jsonl, line 3: no field 'answer', which the reward number needs");
        assertThatThrownBy(() -> new Reward.Exact().require(without)).hasMessageContaining("the reward exact needs");
        var words = new Prompt("2+2", null, Map.of("answer", "four"), "sums.jsonl, line 4");
        assertThatThrownBy(() -> new Reward.SameNumber().require(words))
                .hasMessageContaining("line 4: the answer 'four' has no number");
    }
}
