package dev.mokha.serve.http;

import dev.mokha.language.generate.Report;
import dev.mokha.language.generate.Sampling;
import dev.mokha.serve.engine.Beams;
import dev.mokha.serve.engine.Request;
import dev.mokha.serve.schedule.Targets;
import dev.mokha.text.grammar.Constraint;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads bodies of chat and completions. What OpenAI has and does not change an answer may be there; all else
/// that is not known is refused, as are fields that ask for what is not there.
final class AskedReader {
    /// Of what is drawn for a prompt.
    private static final int ANSWERS = 128;

    private static final int LOG_PROBS = 20;
    private static final int COMPLETION_LENGTH = 16; // as OpenAI has it
    private static final List<String> IDLE = List.of(
            "metadata",
            "store",
            "service_tier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "safety_identifier",
            "prediction");

    private final ServedModel model;
    private final Targets targets;

    AskedReader(ServedModel model, Targets targets) {
        this.model = model;
        this.targets = targets;
    }

    /// Reads the body of `/v1/chat/completions`.
    ///
    /// @param tenant who shows this key; empty for nobody in particular, so that `user` counts
    Asked chat(Fields fields, String tenant) {
        @Nullable String adapter = model.adapter(fields.text("model"));
        refuse(fields, "tools", "functions are not called here yet", Set.of("[]"));
        refuse(fields, "tool_choice", "functions are not called here yet", Set.of("\"none\"", "\"auto\""));
        refuse(fields, "functions", "functions are not called here yet", Set.of("[]"));
        refuse(fields, "function_call", "functions are not called here yet", Set.of("\"none\"", "\"auto\""));
        refuse(fields, "modalities", "answers are text", Set.of("[\"text\"]"));
        fields.ignore(List.of("parallel_tool_calls"));
        boolean logProbs = fields.flag("logprobs", false);
        int top = fields.integer("top_logprobs", 0, LOG_PROBS, 0);
        if (top > 0 && !logProbs) {
            throw ApiException.field("top_logprobs", "`top_logprobs` needs `logprobs`: true");
        }
        Sampling sampling = sampling(fields, model.engine().context());
        int answers = fields.integer("n", 1, ANSWERS, 1);
        int width = width(fields, answers);
        @Nullable Beams beams = BeamFields.read(fields, width);
        if (beams == null && width > answers) {
            throw ApiException.field(
                    "best_of", "`best_of` is known in chat with `use_beam_search`: true only; leave it out");
        }
        var stream = Asked.Stream.read(fields);
        Request.Who who = who(fields, tenant);
        @Nullable Constraint constraint = FormatFields.read(fields, model::constraints);
        int[] prompt = new ChatPrompt(model, fields).ids();
        finish(fields);
        return new Asked(
                List.of(fitting(prompt, "messages")),
                List.of(""),
                logProbs ? sampling.withReport(Report.ofModel(top)) : sampling,
                answers,
                answers,
                beams,
                constraint,
                who,
                logProbs,
                stream,
                adapter);
    }

    /// Reads the body of `/v1/completions`.
    ///
    /// @param tenant as in [#chat]
    Asked completion(Fields fields, String tenant) {
        @Nullable String adapter = model.adapter(fields.text("model"));
        refuse(fields, "suffix", "texts are completed at their end only", Set.of("\"\""));
        int top = fields.integer("logprobs", 0, LOG_PROBS, -1);
        Sampling sampling = sampling(fields, COMPLETION_LENGTH);
        int answers = fields.integer("n", 1, ANSWERS, 1);
        int width = width(fields, answers);
        @Nullable Beams beams = BeamFields.read(fields, width);
        int drawn = beams == null ? width : answers;
        var stream = Asked.Stream.read(fields);
        if (drawn > answers && stream.wanted()) {
            throw ApiException.field(
                    "best_of", "`best_of` is known only at the end; leave out `stream`, or make it equal to `n`");
        }
        boolean echo = fields.flag("echo", false);
        if (echo && top >= 0) {
            throw ApiException.field("echo", "log probabilities of the prompt are not given; leave out `echo`");
        }
        Request.Who who = who(fields, tenant);
        @Nullable Constraint constraint = FormatFields.read(fields, model::constraints);
        var prompts = new CompletionPrompts(model, fields);
        finish(fields);
        boolean report = top >= 0 || drawn > answers;
        return new Asked(
                prompts.ids().stream().map(ids -> fitting(ids, "prompt")).toList(),
                echo ? prompts.texts() : prompts.texts().stream().map(_ -> "").toList(),
                report ? sampling.withReport(Report.ofModel(Math.max(0, top))) : sampling,
                answers,
                drawn,
                beams,
                constraint,
                who,
                top >= 0,
                stream,
                adapter);
    }

    /// How many answers are followed, or drawn.
    private static int width(Fields fields, int answers) {
        int width = fields.integer("best_of", 1, ANSWERS, answers);
        if (width < answers) {
            throw ApiException.field("best_of", "`best_of` is " + width + "; it must be at least `n`, " + answers);
        }
        return width;
    }

    private Sampling sampling(Fields fields, int longest) {
        return SamplingFields.read(
                fields, model.engine().generation(), model.tokenizer().idBound(), longest);
    }

    private static void refuse(Fields fields, String name, String reason, Set<String> idle) {
        fields.only(name, reason + "; leave it out", idle);
    }

    private Request.Who who(Fields fields, String tenant) {
        @Nullable String user = fields.text("user");
        @Nullable String salt = fields.text("cache_salt");
        // As vLLM has it the smaller is first; the engine's greater is.
        int priority = -fields.integer("priority", -Integer.MAX_VALUE, Integer.MAX_VALUE, 0);
        return new Request.Who(
                !tenant.isEmpty() || user == null ? tenant : user, priority, targets, salt == null ? "" : salt);
    }

    private static void finish(Fields fields) {
        fields.ignore(IDLE);
        fields.end();
    }

    private int[] fitting(int[] prompt, String field) {
        int context = model.engine().context();
        if (prompt.length == 0) {
            throw ApiException.field(
                    field, "`" + field + "` has no token, and the model no first one; write something");
        }
        if (prompt.length >= context) {
            throw ApiException.of(
                    400,
                    "context_length_exceeded",
                    field,
                    "`" + field + "` has " + prompt.length + " tokens; the context is " + context
                            + ", and the answer has to fit in it too; shorten it");
        }
        return prompt;
    }
}
