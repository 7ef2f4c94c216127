package dev.mokha.cli;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.generate.Sampling;
import dev.mokha.language.grpo.Aggregation;
import dev.mokha.language.grpo.Grpo;
import dev.mokha.language.grpo.Objective;
import dev.mokha.language.grpo.Prompt;
import dev.mokha.language.grpo.Prompts;
import dev.mokha.language.grpo.Rewards;
import dev.mokha.language.stage.Ledger;
import dev.mokha.nn.Loading;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.text.chat.BuiltInTemplate;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.chat.ChatTemplate;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `mokha grpo`: a decoder that learns from rewards of its own completions.
@Command(
        name = "grpo",
        description = {
            "Trains a decoder on rewards of its own completions that can be checked: GRPO, DAPO, Dr. GRPO.",
            "OUT/model is the Hugging Face folder; result.json has the figures before and after on held-out prompts;"
                    + " completions.jsonl examples; checkpoints, metrics and run.json lie beside them. Ctrl-C stops with"
                    + " a checkpoint, and the same command goes on."
        },
        footer = {
            "  mokha grpo model --prompts train.jsonl --held-out test.jsonl --reward number --out run",
            "  mokha grpo tuned --prompts gsm8k.jsonl --prompt-field question --chat --reward number"
                    + " --reward \"0.2*format:.*#### -?[0-9]+\" --held-out-share 0.1 --beta 0.04 --out run"
        })
final class GrpoCommand implements Callable<Integer> {
    private static final Set<String> FREE = Set.of("--budget", "--checkpoint-every", "--evaluate-every");

    @Parameters(
            paramLabel = "BASE",
            description = "The model's folder, with its tokenizer: trained, and the reference.")
    private Path base;

    @Option(
            names = "--prompts",
            required = true,
            paramLabel = "FILE",
            description = "JSON lines or an array with prompt (a text or messages) and answer. Repeat for several.")
    private List<Path> prompts;

    @Option(names = "--held-out", paramLabel = "FILE", description = "Prompts to measure on, never trained on.")
    private @Nullable Path heldOut;

    @Option(
            names = "--held-out-share",
            defaultValue = "0",
            description = "Without --held-out: the share of --prompts that is held out.")
    private double heldOutShare;

    @Option(names = "--prompt-field", defaultValue = "prompt", description = "The field that holds the prompt.")
    private String field;

    @Option(names = "--chat", description = "A prompt that is a text is what the user says; else it is continued.")
    private boolean chat;

    @Option(names = "--system", description = "With --chat: instructions for the model.")
    private @Nullable String system;

    @Option(
            names = "--reward",
            required = true,
            paramLabel = "REWARD",
            converter = RewardConverter.class,
            description =
                    "exact or number (1 where the answer is right), format:REGEX (1 where all of the completion matches),"
                            + " length:LONGEST or length:FREE-LONGEST (down to -1 for long ones), with a weight before it"
                            + " as in 0.5*number. Repeat for a sum.")
    private List<Rewards.Weighted> rewards;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where everything goes.")
    private Path out;

    @Option(names = "--group", defaultValue = "8", description = "Completions of each prompt.")
    private int group;

    @Option(names = "--batch", defaultValue = "8", description = "Prompts in a batch, completed at once.")
    private int batch;

    @Option(names = "--accumulation", defaultValue = "1", description = "Batches in a step.")
    private int accumulation;

    @Option(names = "--iterations", defaultValue = "1", description = "Steps on each set of completions.")
    private int iterations;

    @Option(names = "--steps", description = "Steps in all; else as --epochs says.")
    private @Nullable Long steps;

    @Option(names = "--epochs", defaultValue = "1", description = "Passes over the prompts.")
    private double epochs;

    @Option(names = "--max-new-tokens", defaultValue = "256", description = "The longest length of a completion.")
    private int maxNewTokens;

    @Option(names = "--temperature", defaultValue = "1", description = "Of the completions, and of the policy.")
    private double temperature;

    @Option(
            names = "--top-p",
            defaultValue = "1",
            description = "Draw among the likeliest that reach this probability.")
    private double topP;

    @Option(
            names = "--epsilon",
            defaultValue = "0.2",
            description = "How far a token may move in a set of completions.")
    private double epsilon;

    @Option(names = "--epsilon-high", description = "How far it may move up, as --epsilon if not given; DAPO: 0.28.")
    private @Nullable Double epsilonHigh;

    @Option(
            names = "--beta",
            defaultValue = "0",
            description = "Weight of the divergence from the model as it was, 0.04 in the paper; 0 for none.")
    private double beta;

    @Option(
            names = "--aggregation",
            defaultValue = "sequence",
            converter = AggregationConverter.class,
            description =
                    "Means over a completion's tokens (sequence, the paper's), over all tokens (token, DAPO's), or"
                            + " sums over the longest length (constant, Dr. GRPO's).")
    private Aggregation aggregation;

    @Option(names = "--no-std", description = "Advantages are not divided by their group's deviation, as in Dr. GRPO.")
    private boolean noStd;

    @Option(names = "--mask-truncated", description = "Completions cut at the longest length are not learned from.")
    private boolean maskTruncated;

    @Option(names = "--lr", defaultValue = "1e-6", description = "Peak learning rate; small models take more.")
    private double rate;

    @Option(
            names = "--warmup",
            defaultValue = "0.05",
            description = "Share of the steps from 0 to the peak; then linear.")
    private double warmup;

    @Option(names = "--lr-floor", defaultValue = "0.1", description = "Last learning rate as a share of the peak.")
    private double floor;

    @Option(names = "--template", defaultValue = "chatml", description = "Chat template where the folder has none.")
    private String template;

    @Option(
            names = "--precision",
            defaultValue = "float32",
            description = "Of products while it learns: ${COMPLETION-CANDIDATES}.")
    private Fit.Precision precision;

    @Option(names = "--seed", defaultValue = "0", description = "Draws prompts and completions.")
    private long seed;

    @Option(
            names = "--budget",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Stop after this time, such as 10m or 1h30m.")
    private @Nullable Duration budget;

    @Option(names = "--examples", defaultValue = "1", description = "Prompts of each draw in completions.jsonl.")
    private int examples;

    @Option(names = "--evaluate-every", defaultValue = "50", description = "Steps between evaluations; 0 for the end.")
    private long evaluateEvery;

    @Option(names = "--checkpoint-every", defaultValue = "50", description = "Steps between checkpoints.")
    private long checkpointEvery;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        ModelFolder folder = ModelFolder.open(base);
        FolderParts parts = folder.parts();
        Tokenizer tokenizer = folder.tokenizer();
        ChatTemplate chatTemplate = parts.chatTemplate() == null
                ? ChatTemplate.builtIn(BuiltInTemplate.named(template))
                : ChatTemplate.of(base);
        List<Prompt> train = new ArrayList<>();
        List<Prompt> held = split(train);
        Grpo recipe = recipe(train.size());
        var encoder = new ChatEncoder(chatTemplate, tokenizer);
        int context = folder.config().maxPositionEmbeddings();
        var encoded = new Grpo.Encoded(
                tokenizer,
                folder.generation().special().eos(),
                recipe.encode(tokenizer, encoder, context, train),
                recipe.encode(tokenizer, encoder, context, held));
        RunFile.begin(out, spec, new TreeMap<>(recipe.describe()), FREE);
        var loading = Loading.forTraining(Device.CPU);
        try (Decoder model = folder.decoder(loading)) {
            if (!recipe.objective().hasReference()) {
                return train(recipe, model, null, encoded, parts);
            }
            try (Decoder reference = folder.decoder(Loading.forUse(Device.CPU).as(DType.FLOAT32))) {
                return train(recipe, model, reference, encoded, parts);
            }
        }
    }

    private int train(
            Grpo recipe, Decoder model, @Nullable Decoder reference, Grpo.Encoded encoded, FolderParts parts) {
        var out = spec.commandLine().getOut();
        var found = new AtomicReference<Grpo.@Nullable Result>();
        int code = Training.run(spec.commandLine().getErr(), "grpo", (progress, stop) -> {
            var result = recipe.run(model, reference, encoded, this.out, progress, stop);
            found.set(result);
            return result.fit();
        });
        if (code == ExitCode.OK) {
            finish(Objects.requireNonNull(found.get()));
            Path folder = this.out.resolve("model");
            FolderWriter.write(folder, model, parts, DType.FLOAT32);
            out.println(folder);
            out.flush();
        }
        return code;
    }

    private void finish(Grpo.Result result) {
        Map<String, Object> figures = new TreeMap<>();
        figures.put("before", result.before());
        figures.put("after", result.after());
        figures.put("steps", result.fit().step());
        new Ledger(out).done("result", figures);
        result.after()
                .forEach((name, after) -> spec.commandLine()
                        .getOut()
                        .printf(
                                Locale.ROOT,
                                "%-28s %10.4f -> %10.4f%n",
                                name,
                                result.before().get(name),
                                after));
    }

    /// Reads the prompts. {@return those that are held out}
    ///
    /// @param train gets the others
    private List<Prompt> split(List<Prompt> train) {
        if ((heldOutShare > 0 && heldOut != null) || !(heldOutShare >= 0 && heldOutShare < 1)) {
            throw new ParameterException(
                    spec.commandLine(), "--held-out-share is a share from 0 to 1, and goes without --held-out");
        }
        if (system != null && !chat) {
            throw new ParameterException(spec.commandLine(), "--system goes with --chat");
        }
        var reader = new Prompts(field, chat, system);
        prompts.forEach(file -> train.addAll(reader.read(file)));
        List<Prompt> held = new ArrayList<>(heldOut == null ? List.of() : reader.read(heldOut));
        if (heldOutShare > 0) {
            Collections.shuffle(train, new Random(seed));
            List<Prompt> first = train.subList(0, Math.max(1, (int) (train.size() * heldOutShare)));
            held.addAll(first);
            first.clear();
        }
        return held;
    }

    private Grpo recipe(int count) {
        var drawing = new Grpo.Drawing(
                batch,
                group,
                accumulation,
                iterations,
                Sampling.random(maxNewTokens, temperature, 0).withTopP(topP),
                seed);
        long all = steps != null
                ? steps
                : Math.max(1, (long) Math.ceil(epochs * count * iterations / ((double) batch * accumulation)));
        return new Grpo(
                new Rewards(rewards),
                new Objective(
                        epsilon, epsilonHigh == null ? epsilon : epsilonHigh, beta, aggregation, !noStd, maskTruncated),
                drawing,
                all,
                new Schedule.WarmupLinear(rate, rate * floor, Math.round(warmup * all), all),
                precision,
                new Fit.Every(1, evaluateEvery, checkpointEvery),
                examples,
                budget);
    }

    static final class RewardConverter implements ITypeConverter<Rewards.Weighted> {
        @Override
        public Rewards.Weighted convert(String text) {
            try {
                return Rewards.Weighted.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    static final class AggregationConverter implements ITypeConverter<Aggregation> {
        @Override
        public Aggregation convert(String text) {
            return Choice.of(Aggregation.class, text);
        }
    }
}
