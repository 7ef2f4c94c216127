package dev.mokha.knowledge.link;

import dev.mokha.knowledge.link.Objective.OneVsAll;
import dev.mokha.nn.fit.Fit.Precision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Everything that decides what a training on given facts results in. As JSON it lies beside what was
/// trained.
///
/// @param scorer what is trained
/// @param objective what is compared with what
/// @param regularizer what keeps vectors small
/// @param relationWeight what the relations' cross entropy counts beside the objective; 0 for none
/// @param pace how steps are taken
/// @param length when training ends
/// @param precision what matrix products run in
/// @param seed of the first vectors, of the order of facts and of what is drawn: equal seeds and numbers of
///     threads give equal models
public record LinkRecipe(
        ScorerConfig scorer,
        Objective objective,
        Regularizer regularizer,
        double relationWeight,
        Pace pace,
        Length length,
        Precision precision,
        long seed) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    public LinkRecipe {
        if (!(relationWeight >= 0) || Double.isInfinite(relationWeight)) {
            throw new IllegalArgumentException("the relations' loss weighs 0 or more, not " + relationWeight);
        }
        if (relationWeight > 0 && scorer instanceof TuckER.Config) {
            throw new IllegalArgumentException("TuckER does not score relations; give relationWeight 0");
        }
    }

    /// Which update.
    public enum Method {
        ADAGRAD,
        ADAM,
        SGD
    }

    /// What becomes of the learning rate on the way from the first epoch to the last: it stays, falls in a
    /// line to 0, or along half a cosine to 0.
    public enum Fall {
        NONE,
        LINEAR,
        COSINE
    }

    /// How steps are taken.
    ///
    /// @param rate the learning rate of the first step
    /// @param fall what becomes of it
    /// @param batch facts of a step, or questions where the objective is over questions
    /// @param answers so many answers of one question are looked at together at most
    public record Pace(Method method, double rate, Fall fall, int batch, int answers) {
        /// A rate that stays.
        public Pace(Method method, double rate, int batch, int answers) {
            this(method, rate, Fall.NONE, batch, answers);
        }

        /// The same with another way of falling.
        public Pace withFall(Fall fall) {
            return new Pace(method, rate, fall, batch, answers);
        }

        public Pace {
            if (!(rate > 0) || Double.isInfinite(rate)) {
                throw new IllegalArgumentException("a learning rate lies above 0, not " + rate);
            }
            ScorerConfig.requirePositive("batch", batch);
            ScorerConfig.requirePositive("answers", answers);
        }
    }

    /// When training ends.
    ///
    /// @param epochs passes over the facts, at most
    /// @param every so many epochs it is measured on the facts to choose by
    /// @param patience it ends after so many measurements without a better one; 0 for never
    public record Length(int epochs, int every, int patience) {
        public Length {
            ScorerConfig.requirePositive("epochs", epochs);
            ScorerConfig.requirePositive("every", every);
            if (patience < 0) {
                throw new IllegalArgumentException("patience is 0 (for ever) or more measurements, not " + patience);
            }
        }
    }

    /// ComplEx with N3 and the relations' loss, as [Chen et al. 2021](https://arxiv.org/abs/2110.02834)
    /// train it on FB15k-237, with 200 complex numbers instead of 1,000 and about 1,000 facts a step.
    public static LinkRecipe fb15k237() {
        return new LinkRecipe(
                ComplEx.Config.of(200),
                new OneVsAll(0),
                Regularizer.n3(0.05),
                4,
                new Pace(Method.ADAGRAD, 0.1, 300, 64),
                new Length(40, 2, 5),
                Precision.BFLOAT16,
                1);
    }

    public LinkRecipe withScorer(ScorerConfig scorer) {
        return new LinkRecipe(scorer, objective, regularizer, relationWeight, pace, length, precision, seed);
    }

    public LinkRecipe withObjective(Objective objective) {
        return new LinkRecipe(scorer, objective, regularizer, relationWeight, pace, length, precision, seed);
    }

    public LinkRecipe withRegularizer(Regularizer regularizer) {
        return new LinkRecipe(scorer, objective, regularizer, relationWeight, pace, length, precision, seed);
    }

    public LinkRecipe withRelationWeight(double relationWeight) {
        return new LinkRecipe(scorer, objective, regularizer, relationWeight, pace, length, precision, seed);
    }

    public LinkRecipe withPace(Pace pace) {
        return new LinkRecipe(scorer, objective, regularizer, relationWeight, pace, length, precision, seed);
    }

    public LinkRecipe withLength(Length length) {
        return new LinkRecipe(scorer, objective, regularizer, relationWeight, pace, length, precision, seed);
    }

    public LinkRecipe withPrecision(Precision precision) {
        return new LinkRecipe(scorer, objective, regularizer, relationWeight, pace, length, precision, seed);
    }

    public LinkRecipe withSeed(long seed) {
        return new LinkRecipe(scorer, objective, regularizer, relationWeight, pace, length, precision, seed);
    }

    /// {@return the recipe as JSON}
    public String json() {
        return JSON.writeValueAsString(this) + "\n";
    }

    /// Reads a file of JSON, in which every field stands.
    ///
    /// @throws IllegalArgumentException naming the file and what is wrong with it
    public static LinkRecipe read(Path file) {
        try {
            return of(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " could not be read", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + " is " + e.getMessage(), e);
        }
    }

    /// Reads JSON, in which every field stands.
    ///
    /// @throws IllegalArgumentException saying what is wrong with it
    public static LinkRecipe of(String json) {
        try {
            return JSON.readValue(json, LinkRecipe.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("no recipe: " + e.getOriginalMessage(), e);
        }
    }
}
