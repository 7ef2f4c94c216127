package dev.mokha.serve.engine;

import dev.mokha.language.source.ModelSource;
import dev.mokha.serve.draft.Draft;
import dev.mokha.serve.draft.ModelDrafter;
import dev.mokha.serve.kernel.Kernels;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.model.KeyValueStore;
import dev.mokha.serve.model.PackedDecoder;
import dev.mokha.serve.model.UnfitOptionException;
import dev.mokha.serve.model.WeightSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A draft model that was opened, before it is known how many blocks there are.
final class DraftModel {
    private final PackedDecoder model;
    private final int context;
    private final int vocab;

    private DraftModel(PackedDecoder model, int context, int vocab) {
        this.model = model;
        this.context = context;
        this.vocab = vocab;
    }

    /// Opens the draft model that the options name, if they name one.
    ///
    /// @param target the model for which it drafts
    /// @param context the longest sequence
    /// @throws UnfitOptionException when its tokens are others than the target's
    static Optional<DraftModel> open(
            EngineOptions options, ModelSource target, Kernels kernels, Team team, int context) {
        List<Path> paths = options.speculation().drafts().stream()
                .filter(Draft.Model.class::isInstance)
                .map(draft -> ((Draft.Model) draft).path())
                .toList();
        if (paths.size() > 1) {
            throw new UnfitOptionException("one model drafts, not " + paths.size() + ": " + paths);
        }
        return paths.stream().findFirst().map(path -> open(path, options, target, kernels, team, context));
    }

    private static DraftModel open(
            Path path, EngineOptions options, ModelSource target, Kernels kernels, Team team, int context) {
        try (var source = ModelSource.open(path)) {
            Vocabularies.requireSame("the draft model " + path, source.tokenizer(), target.tokenizer());
            int longest = Math.min(context, source.config().maxPositionEmbeddings());
            try (WeightSource weights = Engine.weights(source, options.compute().weights())) {
                var model = new PackedDecoder(
                        weights,
                        kernels,
                        team,
                        options.compute().arithmetic(),
                        Math.max(options.load().stepTokens(), 2 * options.load().sequences()),
                        longest);
                return new DraftModel(model, longest, target.config().vocabSize());
            }
        }
    }

    /// {@return the bytes of a block of its keys and values}
    long blockBytes(KeyValueType type) {
        return KeyValueStore.blockBytes(model.config(), type);
    }

    /// {@return what drafts with it, and closes it}
    ModelDrafter drafter(KeyValueStore store, EngineOptions options, Team team) {
        return new ModelDrafter(
                model, context, store.type(), store.blocks(), options.memory().hostBlocks(), team, vocab);
    }

    void close() {
        model.close();
    }
}
