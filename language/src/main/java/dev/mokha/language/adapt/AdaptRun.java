package dev.mokha.language.adapt;

import dev.mokha.language.corpus.Document;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.evaluate.BitsPerByte;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.pretrain.EndOfText;
import dev.mokha.language.pretrain.Pretrain;
import dev.mokha.language.recipe.Read;
import dev.mokha.language.stage.Ledger;
import dev.mokha.language.stage.Listener;
import dev.mokha.language.stage.Stages;
import dev.mokha.language.stage.Stages.Stage;
import dev.mokha.language.tune.Conversations;
import dev.mokha.nn.Loading;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Scope;
import dev.mokha.text.chat.ChatTemplate;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.merge.MergedTokenizer;
import dev.mokha.text.merge.VocabularyMerge;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The stages of [Adapt], in order.
final class AdaptRun {
    private static final int ROW_MULTIPLE = 64;

    /// The most tokens that an auxiliary space is learned from.
    private static final long SPACE_TOKENS = 5_000_000;

    private final Adapt recipe;
    private final Listener listener;
    private final Stages stages;
    private final Ledger ledger;
    private final ModelFolder base;
    private final AdaptationSteps steps;

    AdaptRun(Adapt recipe, Listener listener, StopSignal stop) {
        this.recipe = recipe;
        this.base = ModelFolder.open(recipe.base());
        this.listener = listener;
        this.stages = new Stages(recipe.out(), listener, stop);
        this.ledger = stages.ledger();
        Pretrain pretrain = recipe.pretrain();
        var window = new BitsPerByte.Window(pretrain.context(), pretrain.batch());
        this.steps = new AdaptationSteps(
                EndOfText.of(base.generation().special(), base.tokenizer()), window, listener, stop);
    }

    boolean run() {
        begin();
        List<Stage> list = new ArrayList<>();
        list.add(new Stage("base", "Base model: both languages, before", this::base));
        if (growing()) {
            list.add(new Stage("vocabulary", "New vocabulary, merged", this::vocabulary));
            list.add(new Stage("growth", "Embedding rows for the new pieces", this::growth));
        }
        if (recipe.embeddings() != null) {
            list.add(new Stage("embeddings", "Embedding and head alone", this::embeddings));
        }
        list.add(new Stage("continued", "Continued pretraining", this::continued));
        if (recipe.chat() != null) {
            list.add(new Stage("tuned", "Supervised fine-tuning", this::tuned));
        }
        list.add(new Stage("after", "Both languages, after", this::after));
        list.add(new Stage("report", "Report", this::report));
        return stages.run(list);
    }

    /// Writes the recipe into `run.json`, or makes sure that it is the one of the run to go on with.
    private void begin() {
        Map<String, Object> recipeNow = recipe.describe();
        Map<String, Object> run = runFile();
        if (run.get("recipe") instanceof Map<?, ?> before) {
            recipeNow.forEach((name, value) -> {
                if (!value.equals(before.get(name))) {
                    throw new IllegalArgumentException(recipe.out() + " holds a run with " + name + " "
                            + before.get(name) + ", now it is " + value
                            + "; go on with the same recipe, or choose another folder");
                }
            });
        }
        run.put("recipe", recipeNow);
        ledger.done("run", run);
    }

    private Map<String, Object> runFile() {
        @Nullable Map<String, Object> run = ledger.find("run");
        return run == null ? new LinkedHashMap<>() : new LinkedHashMap<>(run);
    }

    private Map<String, Object> base() {
        try (Decoder model = base.decoder(Loading.forUse(Device.CPU).as(DType.FLOAT32))) {
            return steps.measure(model, base.tokenizer(), recipe.texts().heldOut());
        }
    }

    private Map<String, Object> vocabulary() {
        Tokenizer tokenizer = base.tokenizer();
        return steps.fertility(tokenizer, merge(tokenizer), recipe.texts().heldOut());
    }

    private Map<String, Object> growth() {
        MergedTokenizer merged = merge(base.tokenizer());
        try (var _ = Scope.open("growth");
                Decoder model = base.decoder(Loading.forUse(Device.CPU));
                Decoder grown = VocabularyGrowth.grow(
                        model, merged, newRows(merged), recipe.pretrain().seed())) {
            FolderWriter.write(
                    folder("grown-model"), grown, base.parts().withTokenizer(merged.tokenizer()), DType.FLOAT32);
            return steps.measure(grown, merged.tokenizer(), recipe.texts().heldOut());
        }
    }

    /// The same text gives the same vocabulary, so it is learned again rather than kept in a file of its
    /// own.
    private MergedTokenizer merge(Tokenizer tokenizer) {
        List<String> documents = new ArrayList<>();
        recipe.texts().target().forEach(source -> source.text().forEach(document -> documents.add(document.text())));
        var merge = new VocabularyMerge(
                recipe.vocabulary().pieces(), ROW_MULTIPLE, recipe.vocabulary().scope());
        return merge.extend(tokenizer, documents, listener.learning());
    }

    private boolean growing() {
        return recipe.vocabulary().pieces() > 0;
    }

    private NewRows newRows(MergedTokenizer merged) {
        return switch (recipe.vocabulary().rows()) {
            case RANDOM -> new NewRows.Random();
            case MEAN -> new NewRows.SubtokenMean();
            case NOISY_MEAN -> new NewRows.NoisyMean();
            case FOCUS -> focus(merged);
            case ALIGNED -> aligned(merged);
        };
    }

    private NewRows aligned(MergedTokenizer merged) {
        List<int[]> pairs = new ArrayList<>();
        for (Pretrain.Source source : recipe.texts().parallel()) {
            source.text().forEach(document -> pairs.add(merged.tokenizer().encodeIds(document.text(), false)));
        }
        int added = merged.added().size();
        return new NewRows.Aligned(Arrays.asList(PieceAlignment.standard().align(pairs, merged.baseSize(), added)));
    }

    private NewRows focus(MergedTokenizer merged) {
        List<int[]> documents = new ArrayList<>();
        long share = SPACE_TOKENS / recipe.texts().training().size();
        for (Pretrain.Source source : recipe.texts().training()) {
            long[] taken = {0};
            source.text().forEach((Document document) -> {
                if (taken[0] < share) {
                    int[] ids = merged.tokenizer().encodeIds(document.text(), false);
                    documents.add(ids);
                    taken[0] += ids.length;
                }
            });
        }
        int rows = VocabularyGrowth.rows(base.config().vocabSize(), merged);
        return new NewRows.Focus(PieceSpace.standard(recipe.pretrain().seed()).learn(documents, rows));
    }

    /// The tables alone, so that new rows find their place before anything moves to suit them.
    private Map<String, Object> embeddings() {
        Path to = folder("embeddings-model");
        return measured(
                to,
                pretrain(
                        grown(),
                        to,
                        Objects.requireNonNull(recipe.embeddings()).recipe(recipe.pretrain()),
                        AdaptationSteps.Trained.TABLES,
                        "embeddings"));
    }

    private Path grown() {
        return growing() ? folder("grown-model") : recipe.base();
    }

    private Map<String, Object> pretrain(
            Path from, Path to, Pretrain how, AdaptationSteps.Trained trained, String run) {
        return steps.pretrain(
                from,
                to,
                how,
                trained,
                recipe.texts().training(),
                recipe.texts().heldOut(),
                folder(run));
    }

    private Map<String, Object> continued() {
        Path to = recipe.chat() == null ? recipe.modelFolder() : folder("continued-model");
        return measured(
                to,
                pretrain(
                        recipe.embeddings() == null ? grown() : folder("embeddings-model"),
                        to,
                        recipe.pretrain(),
                        AdaptationSteps.Trained.ALL,
                        "continued"));
    }

    private Map<String, Object> tuned() {
        Adapt.Chat chat = Objects.requireNonNull(recipe.chat());
        List<Conversation> conversations = new ArrayList<>();
        for (Path file : chat.conversations()) {
            Read<Conversation> read = Conversations.read(file);
            read.notes().forEach(listener::say);
            conversations.addAll(read.examples());
        }
        ChatTemplate template =
                base.chatTemplate() == null ? ChatTemplate.builtIn(chat.template()) : ChatTemplate.of(recipe.base());
        Path to = recipe.modelFolder();
        return steps.tune(folder("continued-model"), to, chat.recipe(), template, conversations, folder("tuned"));
    }

    private Map<String, Object> after() {
        return measured(recipe.modelFolder(), new LinkedHashMap<>());
    }

    private Map<String, Object> measured(Path folder, Map<String, Object> found) {
        ModelFolder opened = ModelFolder.open(folder);
        try (Decoder model = opened.decoder(Loading.forUse(Device.CPU))) {
            found.putAll(steps.measure(model, opened.tokenizer(), recipe.texts().heldOut()));
            return found;
        }
    }

    private Map<String, Object> report() {
        Map<String, Map<String, Object>> figures = new LinkedHashMap<>();
        for (String stage : List.of("base", "vocabulary", "growth", "continued", "tuned", "after")) {
            @Nullable Map<String, Object> found = ledger.find(stage);
            if (found != null) {
                figures.put(stage, found);
            }
        }
        Map<String, Object> run = runFile();
        run.put("figures", figures);
        ledger.done("run", run);
        new AdaptReport(figures, recipe).write(recipe.reportFile());
        return Map.of("report", recipe.reportFile().toString());
    }

    private Path folder(String name) {
        return recipe.out().resolve(name);
    }
}
