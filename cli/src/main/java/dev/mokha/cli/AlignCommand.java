package dev.mokha.cli;

import dev.mokha.language.align.Align;
import dev.mokha.language.align.PreferenceLoss;
import dev.mokha.language.align.Recipe;
import dev.mokha.language.align.Reference;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.nn.LoRA;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.text.chat.BuiltInTemplate;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.chat.ChatTemplate;
import java.nio.file.Path;
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

/// `mokha align`: a decoder that answers as people prefer.
@Command(
        name = "align",
        description = {
            "Aligns a decoder with pairs of answers of which people preferred one.",
            "OUT/model is the Hugging Face folder, OUT/adapter the adapter's where one is trained; result.json has the figures before and after on held-out pairs;"
                    + " checkpoints, metrics and run.json lie beside it. Ctrl-C stops with a checkpoint, and the same"
                    + " command goes on."
        },
        footer = "  mokha align tuned --pairs train.jsonl --held-out test.jsonl --loss dpo --epochs 1 --out run")
final class AlignCommand implements Callable<Integer> {
    /// As the model that is trained, without gradients: equal weights in equal types give equal scores.
    private static final Loading FROZEN = Loading.forUse(Device.CPU).as(DType.FLOAT32);

    @Parameters(
            paramLabel = "BASE",
            description = "The model's folder, with its tokenizer: trained, and the reference.")
    private Path base;

    @Mixin
    private PreferenceOptions options;

    @Option(
            names = "--loss",
            defaultValue = "dpo",
            converter = LossName.Converter.class,
            description = "dpo, dpo-per-token, ipo, hinge, simpo or orpo; the last two need no reference.")
    private LossName loss;

    @Option(names = "--beta", description = "How far the model may move: 0.1; for simpo 2; orpo's lambda, 0.1.")
    private @Nullable Double beta;

    @Option(names = "--gamma", defaultValue = "0.5", description = "The margin that simpo aims at.")
    private double gamma;

    @Option(names = "--smoothing", defaultValue = "0", description = "For dpo: the share of labels that may be wrong.")
    private double smoothing;

    @Option(names = "--lr", defaultValue = "1e-6", description = "Peak learning rate; small models take more.")
    private double rate;

    @Option(
            names = "--reference",
            defaultValue = "cached",
            converter = ReferenceKind.Converter.class,
            description =
                    "cached: the frozen model reads all answers before the first step; live: a second model in memory"
                            + " reads them batch by batch, with --lora-rank the model itself with its adapters off.")
    private ReferenceKind reference;

    @Mixin
    private LoraOptions adapters;

    @Spec
    private CommandSpec spec;

    /// The losses as they are named.
    enum LossName {
        DPO,
        DPO_PER_TOKEN,
        IPO,
        HINGE,
        SIMPO,
        ORPO;

        static final class Converter implements ITypeConverter<LossName> {
            @Override
            public LossName convert(String text) {
                return Choice.of(LossName.class, text);
            }
        }
    }

    /// Where the reference's log-likelihoods come from.
    enum ReferenceKind {
        CACHED,
        LIVE;

        static final class Converter implements ITypeConverter<ReferenceKind> {
            @Override
            public ReferenceKind convert(String text) {
                return Choice.of(ReferenceKind.class, text);
            }
        }
    }

    @Override
    public Integer call() {
        ModelFolder folder = ModelFolder.open(base);
        FolderParts parts = folder.parts();
        var tokenizer = Objects.requireNonNull(parts.tokenizer(), "a folder with a tokenizer");
        ChatTemplate chat = parts.chatTemplate() == null
                ? ChatTemplate.builtIn(BuiltInTemplate.named(options.template()))
                : ChatTemplate.of(base);
        Align.Pairs pairs = options.pairs(spec);
        var recipe = new Align(loss(), options.recipe(pairs.train().size(), rate));
        Align.Encoded encoded = recipe.encode(new ChatEncoder(chat, tokenizer), pairs);
        var found = new AtomicReference<Recipe.@Nullable Result>();
        boolean live = reference == ReferenceKind.LIVE && recipe.loss().hasReference();
        @Nullable LoRA lora = adapters.policy(spec, Decoder.PROJECTIONS);
        try (Decoder model = folder.decoder(Loading.forTraining(Device.CPU).seed(options.seed()), lora);
                @Nullable Decoder frozen = live && lora == null ? folder.decoder(FROZEN) : null) {
            options.begin(spec, recipe.describe(), encoded.passedOver());
            // with adapters the model is its own reference
            Reference compared = live ? new Reference.Live(frozen == null ? model : frozen) : new Reference.Cached();
            int code = Training.run(spec.commandLine().getErr(), "aligning", (progress, stop) -> {
                var result = recipe.run(model, compared, encoded, options.out(), progress, stop);
                found.set(result);
                return result.fit();
            });
            if (code == ExitCode.OK) {
                options.finish(spec, Objects.requireNonNull(found.get()));
                Path target = options.out().resolve("model");
                FolderWriter.write(target, model, parts.withChatTemplate(chat.source()), DType.FLOAT32);
                FolderWriter.writeAdapterIfAny(target.resolveSibling("adapter"), model, base.toString());
                spec.commandLine().getOut().println(target);
                spec.commandLine().getOut().flush();
            }
            return code;
        }
    }

    private PreferenceLoss loss() {
        if (smoothing != 0 && loss != LossName.DPO && loss != LossName.DPO_PER_TOKEN) {
            throw new ParameterException(spec.commandLine(), "--smoothing goes with --loss dpo or dpo-per-token");
        }
        double strength = beta != null ? beta : loss == LossName.SIMPO ? 2 : 0.1;
        return switch (loss) {
            case DPO -> new PreferenceLoss.Dpo(strength, smoothing, false);
            case DPO_PER_TOKEN -> new PreferenceLoss.Dpo(strength, smoothing, true);
            case IPO -> new PreferenceLoss.Ipo(strength);
            case HINGE -> new PreferenceLoss.Hinge(strength);
            case SIMPO -> new PreferenceLoss.SimPo(strength, gamma);
            case ORPO -> new PreferenceLoss.Orpo(strength);
        };
    }
}
