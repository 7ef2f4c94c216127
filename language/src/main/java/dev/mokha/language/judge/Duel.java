package dev.mokha.language.judge;

import dev.mokha.language.evaluate.SignTest;
import dev.mokha.language.evaluate.TaskResult.Figure;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Two models' answers to the same questions, compared in both orders
/// ([Zheng et al. 2023, §3.4](https://arxiv.org/abs/2306.05685)): a verdict that changes with the order
/// counts as a tie.
///
/// @param a the first model's answers; it is its wins that are counted
/// @param b the second's
/// @param judge who compared them
/// @param games in the order of the questions and turns
public record Duel(Answers a, Answers b, String judge, List<Game> games) {
    public Duel {
        games = List.copyOf(games);
    }

    /// How a game ends for the first model.
    public enum Outcome {
        WIN,
        TIE,
        LOSS
    }

    /// One turn of one question.
    ///
    /// @param turn from 0
    /// @param ab what the judge said where the first model's answer stood first
    /// @param ba what it said where it stood second
    record Game(Question question, int turn, String answerA, String answerB, Judging.Told ab, Judging.Told ba)
            implements Turn {
        /// The judge's verdict with the first model's answer first; null for none.
        @Nullable
        Preference inAb() {
            return Verdicts.preference(ab.text());
        }

        /// The verdict of the other order, told for the first one; null for none.
        @Nullable
        Preference inBa() {
            @Nullable Preference said = Verdicts.preference(ba.text());
            return said == null ? null : said.swapped();
        }

        /// {@return the outcome; null where one of the two verdicts is missing}
        @Nullable
        Outcome outcome() {
            @Nullable Preference one = inAb();
            @Nullable Preference other = inBa();
            if (one == null || other == null) {
                return null;
            }
            return one != other || one == Preference.TIE
                    ? Outcome.TIE
                    : one == Preference.FIRST ? Outcome.WIN : Outcome.LOSS;
        }

        @Override
        public @Nullable Double value() {
            return switch (outcome()) {
                case WIN -> 1.0;
                case TIE -> 0.5;
                case LOSS -> 0.0;
                case null -> null;
            };
        }

        @Override
        public Judging.Told unclear() {
            return inAb() == null ? ab : ba;
        }

        /// {@return 1 where the judge leant to what stood first, −1 to what stood second, 0 where the
        /// order did not matter}
        int lean() {
            @Nullable Preference one = inAb();
            @Nullable Preference other = inBa();
            if (one == null || other == null || one == other) {
                return 0;
            }
            return one == Preference.FIRST || other == Preference.SECOND ? 1 : -1;
        }
    }

    /// {@return how many games ended so}
    public int count(Outcome outcome) {
        return (int) games.stream().filter(game -> game.outcome() == outcome).count();
    }

    /// {@return the share of games that the first model won, a tie being half a win, with the 95 %
    /// interval over questions}
    public Figure winRate() {
        return Turn.mean("win_rate", games, Game::value);
    }

    /// {@return the win rate of each turn, from turn 1}
    public Map<Integer, Figure> byTurn() {
        return Turn.byTurn(games);
    }

    /// {@return the win rate in each category; nothing without categories}
    public Map<String, Figure> byCategory() {
        return Turn.byCategory(games);
    }

    /// {@return how likely so uneven wins and losses would be were the two equal; ties take no part}
    public double p() {
        return SignTest.p(count(Outcome.WIN), count(Outcome.LOSS));
    }

    /// How much the order of the answers decided, as shares of the games with two verdicts.
    ///
    /// @param consistent the same verdict in both orders
    /// @param toFirst it leant to what stood first
    /// @param toSecond it leant to what stood second
    public record PositionBias(double consistent, double toFirst, double toSecond) {}

    /// {@return how much the order of the answers decided}
    public PositionBias positionBias() {
        List<Game> counted =
                games.stream().filter(game -> game.outcome() != null).toList();
        double all = counted.size();
        return new PositionBias(
                counted.stream().filter(game -> game.lean() == 0).count() / all,
                counted.stream().filter(game -> game.lean() > 0).count() / all,
                counted.stream().filter(game -> game.lean() < 0).count() / all);
    }

    /// {@return how many characters longer the first model's answers are than the second's, in the mean}
    public Figure lengthDifference() {
        return Turn.mean("length_difference", games, game -> (double) length(game.answerA()) - length(game.answerB()));
    }

    /// {@return the mean length of the first model's answers, in characters}
    public double meanLengthA() {
        return meanLength(Game::answerA);
    }

    /// {@return the mean length of the second model's answers, in characters}
    public double meanLengthB() {
        return meanLength(Game::answerB);
    }

    /// {@return of the games that have a winner and answers of different lengths, the share that the longer
    /// one won; NaN of none}
    public double longerWins() {
        List<Game> counted = games.stream()
                .filter(game -> game.outcome() == Outcome.WIN || game.outcome() == Outcome.LOSS)
                .filter(game -> length(game.answerA()) != length(game.answerB()))
                .toList();
        long longer = counted.stream()
                .filter(game -> (game.outcome() == Outcome.WIN) == (length(game.answerA()) > length(game.answerB())))
                .count();
        return counted.isEmpty() ? Double.NaN : (double) longer / counted.size();
    }

    /// {@return the turns without two verdicts, such as `81, turn 2`, and why}
    public List<String> without() {
        return Turn.without(games);
    }

    private double meanLength(Function<Game, String> answer) {
        return games.stream()
                .mapToInt(game -> length(answer.apply(game)))
                .average()
                .orElse(0);
    }

    static int length(String answer) {
        return answer.codePointCount(0, answer.length());
    }
}
