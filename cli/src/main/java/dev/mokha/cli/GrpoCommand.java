package dev.mokha.cli;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.RewardModel;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.generate.Sampling;
import dev.mokha.language.grpo.Aggregation;
import dev.mokha.language.grpo.Grpo;
import dev.mokha.language.grpo.Objective;
import dev.mokha.language.grpo.Prompts;
import dev.mokha.language.grpo.Reward;
import dev.mokha.language.grpo.Rewards;
import dev.mokha.language.recipe.Recipe;
import dev.mokha.language.reward.RewardScorer;
import dev.mokha.nn.LoRA;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
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
    private static final Loading FROZEN = Loading.forUse(Device.CPU).as(DType.FLOAT32);
    private static final double RATE = 1e-6;
    private static final double ADAPTERS_RATE = 1e-5;

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

    @Option(names = "--prompt-field", defaultValue = "prompt", description = "The field that holds the prompt.")
    private String field;

    @Option(names = "--chat", description = "A prompt that is a text is what the user says; else it is continued.")
    private boolean chat;

    @Option(names = "--system", description = "With --chat: instructions for the model.")
    private @Nullable String system;

    @Option(
            names = "--reward",
            paramLabel = "REWARD",
            converter = RewardConverter.class,
            description =
                    "exact or number (1 where the answer is right), format:REGEX (1 where all of the completion matches),"
                            + " length:LONGEST or length:FREE-LONGEST (down to -1 for long ones), with a weight before it"
                            + " as in 0.5*number. Repeat for a sum.")
    private List<Rewards.Weighted> rewards = List.of();

    @Option(
            names = "--reward-model",
            paramLabel = "FOLDER",
            description = "A reward model, whose score is a reward beside the others, or alone.")
    private @Nullable Path rewardModel;

    @Option(names = "--reward-model-weight", defaultValue = "1", description = "How much its score counts.")
    private double rewardModelWeight;

    @Option(names = "--group", defaultValue = "8", description = "Completions of each prompt.")
    private int group;

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

    @Option(names = "--lr", description = "Peak learning rate: 1e-6, with adapters 1e-5; small models take more.")
    private @Nullable Double rate;

    @Option(
            names = "--schedule",
            defaultValue = "constant",
            converter = RateShape.Converter.class,
            description = "After the warm-up: constant, cosine to 0, or wsd (stays, then falls over the last fifth).")
    private RateShape shape;

    @Option(names = "--examples", defaultValue = "1", description = "Prompts of each draw in completions.jsonl.")
    private int examples;

    @Mixin
    private ExampleOptions options;

    @Mixin
    private LoraOptions adapters;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (system != null && !chat) {
            throw new ParameterException(spec.commandLine(), "--system goes with --chat");
        }
        if (rewards.isEmpty() && rewardModel == null) {
            throw new ParameterException(spec.commandLine(), "give --reward, --reward-model, or both");
        }
        if (rewardModel == null) {
            return train(new Rewards(rewards));
        }
        ModelFolder folder = ModelFolder.open(rewardModel);
        var encoder = new ChatEncoder(options.template(rewardModel, folder.parts()), folder.tokenizer());
        try (RewardModel judge = folder.rewardModel(FROZEN)) {
            List<Rewards.Weighted> all = new ArrayList<>(rewards);
            Reward scored = Reward.Scored.of("model", new RewardScorer(judge, encoder, group));
            all.add(new Rewards.Weighted(scored, rewardModelWeight));
            return train(new Rewards(all));
        }
    }

    private int train(Rewards rewards) {
        ModelFolder folder = ModelFolder.open(base);
        FolderParts parts = folder.parts();
        Tokenizer tokenizer = folder.tokenizer();
        var encoder = new ChatEncoder(options.template(base, parts), tokenizer);
        var split = options.split(spec, prompts, new Prompts(field, chat, system)::read);
        @Nullable LoRA lora = adapters.policy(spec, Decoder.PROJECTIONS);
        Grpo recipe = recipe(rewards, split.train().size(), folder.config().maxPositionEmbeddings(), lora);
        var encoded = new Grpo.Encoded(
                tokenizer,
                parts.generation().special().eos(),
                recipe.encode(tokenizer, encoder, split.train()),
                recipe.encode(tokenizer, encoder, split.heldOut()));
        options.begin(spec, recipe.describe());
        boolean compared = recipe.objective().hasReference();
        try (Decoder model = folder.decoder(
                        Loading.forTraining(Device.CPU).seed(recipe.recipe().seed()), lora);
                @Nullable Decoder frozen = compared && lora == null ? folder.decoder(FROZEN) : null) {
            // with adapters the model is its own reference
            @Nullable Decoder reference = frozen != null || !compared ? frozen : model;
            var found = new AtomicReference<Recipe.@Nullable Result>();
            int code = Training.run(spec.commandLine().getErr(), "grpo", (progress, stop) -> {
                var result = recipe.run(model, reference, encoded, options.out(), progress, stop);
                found.set(result);
                return result.fit();
            });
            if (code == ExitCode.OK) {
                options.finish(spec, Objects.requireNonNull(found.get()), Map.of());
                Path target = options.out().resolve("model");
                FolderWriter.write(target, model, parts, DType.FLOAT32);
                FolderWriter.writeAdapterIfAny(target.resolveSibling("adapter"), model, base.toString());
                spec.commandLine().getOut().println(target);
                spec.commandLine().getOut().flush();
            }
            return code;
        }
    }

    /// @param context the model's
    private Grpo recipe(Rewards rewards, int count, int context, @Nullable LoRA lora) {
        long all = steps != null ? steps : options.steps(count * iterations, epochs);
        double peak = rate != null ? rate : lora == null ? RATE : ADAPTERS_RATE;
        return new Grpo(
                rewards,
                new Objective(
                        epsilon, epsilonHigh == null ? epsilon : epsilonHigh, beta, aggregation, !noStd, maskTruncated),
                new Grpo.Drawing(
                        group,
                        iterations,
                        Sampling.random(maxNewTokens, temperature, 0).withTopP(topP)),
                options.recipe(all, shape, peak).within(context).loggedEvery(1),
                examples);
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
