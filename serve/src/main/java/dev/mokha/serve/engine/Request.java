package dev.mokha.serve.engine;

import dev.mokha.language.generate.Sampling;
import dev.mokha.serve.schedule.Targets;
import dev.mokha.text.grammar.Constraint;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What somebody wants to have continued. Begin with [#of] and change what differs.
public final class Request {
    private final int[] prompt;
    private final Sampling sampling;
    private final int samples;
    private final @Nullable Constraint constraint;
    private final Who who;
    private final @Nullable String adapter;
    private final @Nullable Beams beams;

    private Request(
            int[] prompt,
            Sampling sampling,
            int samples,
            @Nullable Constraint constraint,
            Who who,
            @Nullable String adapter,
            @Nullable Beams beams) {
        if (prompt.length == 0) {
            throw new IllegalArgumentException("a prompt needs at least one token, such as the model's bos token");
        }
        if (samples < 1) {
            throw new IllegalArgumentException("a request is answered at least once, not " + samples + " times");
        }
        this.prompt = prompt;
        this.sampling = sampling;
        this.samples = samples;
        this.constraint = constraint;
        this.who = who;
        this.adapter = adapter;
        this.beams = beams;
        if (beams != null && (samples > beams.width() || !sampling.stop().isEmpty())) {
            throw new IllegalArgumentException(
                    samples > beams.width()
                            ? beams.width() + " beams have no " + samples + " answers; search with more"
                            : "a search by beams knows no stop texts; leave them out, or name ids that stop it");
        }
    }

    /// For whom, and how urgently.
    ///
    /// @param tenant who is charged, where the policy shares out among tenants
    /// @param priority the greater goes first, where the policy looks at it
    /// @param targets when tokens are due
    /// @param salt what is computed is shared only with requests of the same salt; empty for all
    public record Who(String tenant, int priority, Targets targets, String salt) {
        /// Nobody in particular.
        public static final Who ANYBODY = new Who("", 0, Targets.NONE, "");
    }

    /// One answer for nobody in particular.
    public static Request of(int[] prompt, Sampling sampling) {
        return new Request(prompt.clone(), sampling, 1, null, Who.ANYBODY, null, null);
    }

    /// {@return the same, answered several times; see [Sampling#sample]}
    public Request withSamples(int samples) {
        return new Request(prompt, sampling, samples, constraint, who, adapter, beams);
    }

    /// {@return the same, with answers that have to match}
    public Request withConstraint(@Nullable Constraint constraint) {
        return new Request(prompt, sampling, samples, constraint, who, adapter, beams);
    }

    /// {@return the same for somebody}
    public Request withWho(Who who) {
        return new Request(prompt, sampling, samples, constraint, who, adapter, beams);
    }

    /// {@return the same with an adapter}
    ///
    /// @param adapter a name in [Adapters]; null for the base model
    public Request withAdapter(@Nullable String adapter) {
        return new Request(prompt, sampling, samples, constraint, who, adapter, beams);
    }

    /// {@return the same, with the likeliest answers that a search finds, told at its end. Of the sampling what
    /// ends answers counts, and what changes logits (penalties, bias, bans), but nothing is drawn: not its
    /// temperature and cuts}
    ///
    /// @param beams null for answers that are chosen token by token
    public Request withBeams(@Nullable Beams beams) {
        return new Request(prompt, sampling, samples, constraint, who, adapter, beams);
    }

    /// {@return the search for the answers; null where they are chosen token by token}
    public @Nullable Beams beams() {
        return beams;
    }

    /// {@return the prompt's ids}
    public int[] prompt() {
        return prompt.clone();
    }

    /// {@return how many tokens the prompt has}
    public int promptLength() {
        return prompt.length;
    }

    /// {@return how tokens are chosen}
    public Sampling sampling() {
        return sampling;
    }

    /// {@return how many answers}
    public int samples() {
        return samples;
    }

    /// {@return what answers have to match; null for nothing}
    public @Nullable Constraint constraint() {
        return constraint;
    }

    /// {@return for whom}
    public Who who() {
        return who;
    }

    /// {@return the adapter's name; null for the base model}
    public @Nullable String adapter() {
        return adapter;
    }

    @Override
    public String toString() {
        return "Request[" + prompt.length + " tokens, " + samples + " answers, ids "
                + Arrays.toString(Arrays.copyOf(prompt, Math.min(8, prompt.length))) + "]";
    }
}
