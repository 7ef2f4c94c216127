package dev.mokha.serve.http;

import dev.mokha.language.generate.Sampling;
import dev.mokha.serve.engine.Beams;
import dev.mokha.serve.engine.Request;
import dev.mokha.text.grammar.Constraint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a request asks for, read and checked.
///
/// @param prompts the ids of each
/// @param echoes what stands before each answer's text; empty for nothing
/// @param sampling how tokens are chosen
/// @param answers to each prompt that are given
/// @param drawn answers to each prompt that are computed, of which the likeliest are given
/// @param beams that find the answers; null where they are drawn
/// @param constraint what answers match
/// @param who asks
/// @param logProbs whether tokens' log probabilities are given
/// @param stream how it is answered
/// @param adapter that answers; null for the model itself
record Asked(
        List<int[]> prompts,
        List<String> echoes,
        Sampling sampling,
        int answers,
        int drawn,
        @Nullable Beams beams,
        @Nullable Constraint constraint,
        Request.Who who,
        boolean logProbs,
        Stream stream,
        @Nullable String adapter) {
    /// How an answer is sent.
    ///
    /// @param wanted in pieces, as they come
    /// @param usage whether a last piece says what it took
    record Stream(boolean wanted, boolean usage) {
        static Stream read(Fields fields) {
            boolean wanted = fields.flag("stream", false);
            @Nullable Fields options = fields.object("stream_options");
            if (options == null) {
                return new Stream(wanted, false);
            }
            if (!wanted) {
                throw ApiException.field("stream_options", "`stream_options` has no meaning without `stream`: true");
            }
            boolean usage = options.flag("include_usage", false);
            options.ignore(List.of("include_obfuscation"));
            options.end();
            return new Stream(true, usage);
        }
    }

    /// {@return the engine's request for a prompt}
    Request request(int prompt) {
        return Request.of(prompts.get(prompt), sampling)
                .withSamples(drawn)
                .withConstraint(constraint)
                .withWho(who)
                .withAdapter(adapter)
                .withBeams(beams);
    }
}
