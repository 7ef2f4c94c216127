package dev.mokha.cli;

import dev.mokha.language.align.EncodedPair;
import dev.mokha.language.align.PreferencePair;
import dev.mokha.language.align.Preferences;
import dev.mokha.language.decoder.RewardModel;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.recipe.Recipe;
import dev.mokha.language.recipe.Split;
import dev.mokha.language.reward.BradleyTerry;
import dev.mokha.language.reward.RewardTraining;
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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mokha reward train`: a decoder that learns to say how good an answer is.
@Command(
        name = "train",
        description = {
            "Trains a reward model on pairs of answers of which people preferred one.",
            "OUT/model is a Hugging Face folder such as LlamaForSequenceClassification opens; result.json has the"
                    + " figures before and after on held-out pairs; checkpoints, metrics and run.json lie beside it."
                    + " Ctrl-C stops with a checkpoint, and the same command goes on."
        },
        footer = "  mokha reward train tuned --pairs train.jsonl --held-out test.jsonl --out run")
final class RewardTrainCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "BASE",
            description = "The folder of a decoder, which gets a head that is drawn, or of a reward model to go on"
                    + " with; with its tokenizer.")
    private Path base;

    @Mixin
    private PreferenceOptions options;

    @Option(
            names = "--centering",
            defaultValue = "0",
            description = "How strongly the mean score is held near 0; 0.01 is usual.")
    private double centering;

    @Option(names = "--lr", defaultValue = "1e-5", description = "Peak learning rate; small models take more.")
    private double rate;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        ModelFolder folder = ModelFolder.open(base);
        FolderParts parts = folder.parts();
        ChatTemplate chat = options.template(base, parts);
        Split<PreferencePair> pairs = options.split(Preferences::read, spec);
        var training = new RewardTraining(
                new BradleyTerry(centering), options.recipe(pairs.train().size(), rate));
        Split<EncodedPair> encoded = training.encode(new ChatEncoder(chat, folder.tokenizer()), pairs);
        var found = new AtomicReference<Recipe.@Nullable Result>();
        Loading loading =
                Loading.forTraining(Device.CPU).drawing(RewardModel.HEAD).seed(options.seed());
        try (RewardModel model = folder.rewardModel(loading)) {
            options.begin(spec, training.describe(), pairs.size() - encoded.size());
            int code = Training.run(spec.commandLine().getErr(), "training", (progress, stop) -> {
                var result = training.run(model, encoded, options.out(), progress, stop);
                found.set(result);
                return result.fit();
            });
            if (code == ExitCode.OK) {
                options.finish(spec, Objects.requireNonNull(found.get()));
                Path target = options.out().resolve("model");
                FolderWriter.write(target, model, parts.withChatTemplate(chat.source()), DType.FLOAT32);
                spec.commandLine().getOut().println(target);
                spec.commandLine().getOut().flush();
            }
            return code;
        }
    }
}
