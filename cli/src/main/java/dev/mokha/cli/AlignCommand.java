package dev.mokha.cli;

import dev.mokha.language.align.Reference;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.recipe.Recipe;
import dev.mokha.nn.LoRA;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mokha align`: a decoder that answers as people prefer.
@Command(
        name = "align",
        description = {
            "Aligns a decoder with pairs of answers of which people preferred one, or with answers rated one by one.",
            "OUT/model is the Hugging Face folder, OUT/adapter the adapter's where one is trained; result.json has the"
                    + " figures before and after on held-out examples;"
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

    @Mixin
    private LossOptions loss;

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
        ChatTemplate chat = options.template(base, parts);
        var prepared = PreparedAlignment.of(loss, options, rate, new ChatEncoder(chat, folder.tokenizer()), spec);
        var found = new AtomicReference<Recipe.@Nullable Result>();
        boolean live = reference == ReferenceKind.LIVE && prepared.hasReference();
        @Nullable LoRA lora = adapters.policy(spec, Decoder.PROJECTIONS);
        try (Decoder model = folder.decoder(Loading.forTraining(Device.CPU).seed(options.seed()), lora);
                @Nullable Decoder frozen = live && lora == null ? folder.decoder(FROZEN) : null) {
            options.begin(spec, prepared.settings(), prepared.passedOver());
            // with adapters the model is its own reference
            Reference compared = live ? new Reference.Live(frozen == null ? model : frozen) : new Reference.Cached();
            int code = Training.run(spec.commandLine().getErr(), "aligning", (progress, stop) -> {
                var result = prepared.training().on(model, compared, progress, stop);
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
}
