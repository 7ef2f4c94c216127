package dev.mokha.serve.engine;

import dev.mokha.language.gguf.Mix;
import dev.mokha.language.source.ModelSource;
import dev.mokha.serve.device.DeviceOptions;
import dev.mokha.serve.draft.Draft;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.model.RoundedWeights;
import dev.mokha.serve.model.StepModel;
import dev.mokha.serve.model.UnfitOptionException;
import dev.mokha.serve.model.WeightSource;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an engine's options make of a model: what computes its steps, and the smaller one that drafts for it.
///
/// @param draft null where no model drafts
/// @param loss what reading has changed in the weights, for people; null for nothing
record Computing(
        StepModel model, @Nullable Smaller draft, @Nullable String loss) implements AutoCloseable {

    /// A model that drafts. Its blocks are as many as the model's.
    ///
    /// @param context the longest sequence that it can read
    record Smaller(StepModel model, int context) {}

    /// A draft model's files.
    ///
    /// @param context the longest sequence that it can read
    record SmallerSource(ModelSource source, int context) implements AutoCloseable {
        @Override
        public void close() {
            source.close();
        }
    }

    /// @param context the longest sequence
    /// @throws UnfitOptionException when the model cannot be served so
    static Computing open(ModelSource source, EngineOptions options, Team team, int context) {
        try (@Nullable SmallerSource smaller = smaller(source, options, context)) {
            @Nullable DeviceOptions device = options.compute().device();
            return device == null
                    ? PackedModels.open(source, smaller, options, team, context)
                    : DeviceModels.open(source, smaller, options, device, context);
        }
    }

    /// Opens the draft model that the options name, if they name one.
    private static @Nullable SmallerSource smaller(ModelSource target, EngineOptions options, int context) {
        List<Path> paths = options.speculation().drafts().stream()
                .filter(Draft.Model.class::isInstance)
                .map(draft -> ((Draft.Model) draft).path())
                .toList();
        if (paths.size() > 1) {
            throw new UnfitOptionException("one model drafts, not " + paths.size() + ": " + paths);
        }
        if (paths.isEmpty()) {
            return null;
        }
        var source = draft(paths.getFirst());
        try {
            Vocabularies.requireSame("the draft model " + paths.getFirst(), source.tokenizer(), target.tokenizer());
            return new SmallerSource(source, Math.min(context, source.config().maxPositionEmbeddings()));
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private static ModelSource draft(Path path) {
        try {
            return ModelSource.open(path);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the draft model (--draft): " + e.getMessage(), e);
        }
    }

    /// {@return a model's weights as the options want them}
    static WeightSource weights(ModelSource source, @Nullable Mix rounded) {
        WeightSource stored = WeightSource.of(source);
        return rounded == null ? stored : new RoundedWeights(stored, rounded);
    }

    /// {@return the rows of a draft model's step, at most}
    static int draftRows(EngineOptions options) {
        return Math.max(options.load().stepTokens(), 2 * options.load().sequences());
    }

    @Override
    public void close() {
        if (draft != null) {
            draft.model.close();
        }
        model.close();
    }
}
