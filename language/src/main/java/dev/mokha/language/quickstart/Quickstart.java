package dev.mokha.language.quickstart;

import dev.mokha.language.adapt.AdaptationSteps;
import dev.mokha.language.adapt.NewRows;
import dev.mokha.language.adapt.VocabularyGrowth;
import dev.mokha.language.corpus.Document;
import dev.mokha.language.corpus.TextSource;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.SpecialIds;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.language.evaluate.BitsPerByte;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.pretrain.HeldOut;
import dev.mokha.language.pretrain.Pretrain;
import dev.mokha.language.recipe.Recipe;
import dev.mokha.language.stage.Ledger;
import dev.mokha.language.stage.Listener;
import dev.mokha.language.stage.Stages;
import dev.mokha.language.stage.Stages.Stage;
import dev.mokha.language.tune.Conversations;
import dev.mokha.language.tune.Tune;
import dev.mokha.nn.Loading;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.tensor.Autocast;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.text.chat.BuiltInTemplate;
import dev.mokha.text.chat.ChatTemplate;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.merge.MergedTokenizer;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Teaches the sample decoder Arabic, after ALLaM ([Bari et al. 2024](https://arxiv.org/abs/2407.15390)):
/// vocabulary, embedding rows, continued pretraining on a mixture, fine-tuning, evaluation of both languages
/// before and after.
///
/// Every stage writes what it made and found, and only then counts as done: a rerun goes on where the last
/// one was stopped or killed, and ends with the same weights as an undisturbed run.
///
/// (Over 300 lines because it is a recipe: one method a stage, in order.)
public final class Quickstart {
    /// @param samples what it learns from
    /// @param out where everything goes
    /// @param budget the time to aim at; decides how much is trained, once
    /// @param control whether to train a second model on Arabic alone, to show what the mixture prevents
    /// @param seed draws everything that is random
    public record Settings(Samples samples, Path out, Duration budget, boolean control, long seed) {
        public Settings {
            if (budget.compareTo(Duration.ofSeconds(30)) < 0) {
                throw new IllegalArgumentException(
                        "a budget of " + budget.toSeconds() + " s is too short; 30 s is the least");
            }
        }
    }

    private static final int PIECES = 6144;
    private static final double PEAK_RATE = 6e-4;
    private static final double TUNED_RATE = 1e-4;
    private static final int END_OF_TEXT = 0;

    /// What evaluation, fine-tuning's tail and the report take of the budget, in seconds, on two cores.
    private static final double RESERVED = 45;

    private final Settings settings;
    private final Listener listener;
    private final Stages stages;
    private final Ledger ledger;
    private final AdaptationSteps steps;
    private final long begun = System.nanoTime();

    public Quickstart(Settings settings, Listener listener, StopSignal stop) {
        this.settings = settings;
        this.listener = listener;
        this.stages = new Stages(settings.out(), listener, stop);
        this.ledger = stages.ledger();
        this.steps = new AdaptationSteps(END_OF_TEXT, new BitsPerByte.Window(Plan.CONTEXT, Plan.BATCH), listener, stop);
    }

    /// Runs every stage that is not done.
    ///
    /// @return whether all are done; false when the signal stopped it, and a rerun will go on
    public boolean run() {
        List<Stage> list = new ArrayList<>();
        list.add(new Stage("base", "Base model: both languages, before", this::base));
        list.add(new Stage("vocabulary", "Arabic vocabulary, merged", this::vocabulary));
        list.add(new Stage("growth", "Embedding rows for the new pieces", this::growth));
        list.add(new Stage("continued", "Continued pretraining: Arabic, English, parallel", this::continued));
        if (settings.control()) {
            list.add(new Stage("control", "Control: Arabic alone", this::control));
        }
        list.add(new Stage("tuned", "Supervised fine-tuning", this::tuned));
        list.add(new Stage("after", "Both languages, after", this::after));
        list.add(new Stage("report", "Model folder and report", this::report));
        return stages.run(list);
    }

    /// {@return the finished model's folder}
    public Path modelFolder() {
        return settings.out().resolve("model");
    }

    /// {@return the report}
    public Path reportFile() {
        return settings.out().resolve("report.html");
    }

    /// {@return what every finished stage found, by stage and figure}
    public Map<String, Map<String, Object>> figures() {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        for (String name : List.of("base", "vocabulary", "growth", "plan", "continued", "control", "tuned", "after")) {
            @Nullable Map<String, Object> found = ledger.find(name);
            if (found != null) {
                all.put(name, found);
            }
        }
        return all;
    }

    // ---- the stages ----

    private Map<String, Object> base() {
        ModelFolder folder = ModelFolder.open(settings.samples().base());
        try (Decoder model = folder.decoder(Loading.forUse(Device.CPU).as(DType.FLOAT32))) {
            Map<String, Object> found = measure(model, folder.tokenizer());
            found.put("samples", SampleTexts.of(model, folder.tokenizer()));
            return found;
        }
    }

    private Map<String, Object> vocabulary() {
        Tokenizer base = ModelFolder.open(settings.samples().base()).tokenizer();
        MergedTokenizer merged = merge(base);
        return steps.fertility(base, merged, List.of(whole("arabic"), whole("english")));
    }

    private Map<String, Object> growth() {
        ModelFolder folder = ModelFolder.open(settings.samples().base());
        MergedTokenizer merged = merge(folder.tokenizer());
        try (Decoder base = folder.decoder(Loading.forUse(Device.CPU));
                Decoder grown = VocabularyGrowth.grow(base, merged, new NewRows.NoisyMean(), settings.seed())) {
            FolderWriter.write(grownFolder(), grown, folder.parts().withTokenizer(merged.tokenizer()), DType.FLOAT32);
            Map<String, Object> found = measure(grown, merged.tokenizer());
            if (ledger.find("plan") == null) { // one that lies there already is kept, to repeat a run exactly
                ledger.done("plan", plan(grown));
            }
            return found;
        }
    }

    private Map<String, Object> continued() {
        return pretrain(
                "continued",
                List.of(
                        source("english", settings.samples().english(), 0.45),
                        source("arabic", settings.samples().arabic(), 0.45),
                        source("parallel", settings.samples().parallel(), 0.10)));
    }

    private Map<String, Object> control() {
        return pretrain("control", List.of(source("arabic", settings.samples().arabic(), 1)));
    }

    private Map<String, Object> pretrain(String name, List<Pretrain.Source> sources) {
        long count = planned().continuedSteps();
        var recipe = new Pretrain(
                Plan.CONTEXT,
                Plan.BATCH,
                1,
                count,
                new Schedule.WarmupCosine(PEAK_RATE, PEAK_RATE / 10, Math.min(50, count / 10), count),
                0.1,
                Fit.Precision.BFLOAT16,
                new Fit.Every(5, Math.max(1, count / 6), 50),
                settings.seed(),
                null,
                null);
        Path to = settings.out().resolve(name + "-model");
        List<HeldOut> curve = List.of(excerpt("english"), excerpt("arabic"));
        Path run = settings.out().resolve(name);
        return measured(
                to, steps.pretrain(grownFolder(), to, recipe, AdaptationSteps.Trained.ALL, sources, curve, run));
    }

    private Map<String, Object> tuned() {
        List<Conversation> conversations = new ArrayList<>(
                Conversations.read(settings.samples().conversations("english")).examples());
        conversations.addAll(
                Conversations.read(settings.samples().conversations("arabic")).examples());
        long count = planned().tunedSteps();
        var recipe = Tune.of(new Recipe(
                Plan.CONTEXT,
                Plan.CHAT_BATCH,
                1,
                count,
                new Schedule.WarmupCosine(TUNED_RATE, TUNED_RATE / 10, count / 10, count),
                Fit.Precision.BFLOAT16,
                new Fit.Every(5, 0, 50),
                settings.seed(),
                null));
        return steps.tune(
                settings.out().resolve("continued-model"),
                modelFolder(),
                recipe,
                ChatTemplate.builtIn(BuiltInTemplate.CHATML),
                conversations,
                settings.out().resolve("tuned"));
    }

    private Map<String, Object> after() {
        ModelFolder folder = ModelFolder.open(modelFolder());
        try (Decoder model = folder.decoder(Loading.forUse(Device.CPU))) {
            Map<String, Object> found = measure(model, folder.tokenizer());
            found.put("samples", SampleTexts.of(model, folder.tokenizer()));
            return found;
        }
    }

    private Map<String, Object> report() {
        new Report(figures(), settings, modelFolder()).write(reportFile());
        return Map.of("seconds", (System.nanoTime() - begun) / 1e9);
    }

    // ---- what they share ----

    private Map<String, Object> measure(Decoder model, Tokenizer tokenizer) {
        return steps.measure(model, tokenizer, List.of(whole("english"), whole("arabic"), whole("parallel")));
    }

    private Map<String, Object> measured(Path to, Map<String, Object> found) {
        ModelFolder folder = ModelFolder.open(to);
        try (Decoder model = folder.decoder(Loading.forUse(Device.CPU))) {
            found.putAll(measure(model, folder.tokenizer()));
            return found;
        }
    }

    private MergedTokenizer merge(Tokenizer base) {
        return ArabicVocabulary.merge(base, settings.samples().arabic(), PIECES);
    }

    /// Times a few steps on a model that is thrown away afterwards.
    private Map<String, Object> plan(Decoder grown) {
        long used = System.nanoTime() - begun;
        double perStep = Double.POSITIVE_INFINITY;
        for (int i = 0; i < 4; i++) {
            long start = System.nanoTime();
            try (var _ = Scope.open("timing")) {
                Tensor ids = new Rng(i).integers(0, grown.config().vocabSize(), Plan.BATCH, Plan.CONTEXT);
                Tensor loss;
                try (var _ = Autocast.bfloat16(Device.CPU)) {
                    loss = grown.loss(TokenBatch.of(ids), ids);
                }
                loss.backward();
            }
            perStep = Math.min(perStep, (System.nanoTime() - start) / 1e9);
        }
        double left = settings.budget().toNanos() / 1e9 - used / 1e9 - RESERVED;
        double share = settings.control() ? 0.55 : 1;
        Plan plan = Plan.within(Math.max(10, share * left), 1.15 * perStep);
        listener.say(String.format(
                Locale.ROOT,
                "plan: %d steps of pretraining, %d of fine-tuning (%.2f s a step)",
                plan.continuedSteps(),
                plan.tunedSteps(),
                perStep));
        return Map.of(
                "continuedSteps", plan.continuedSteps(), "tunedSteps", plan.tunedSteps(), "secondsPerStep", perStep);
    }

    private Plan planned() {
        @Nullable Map<String, Object> plan = ledger.find("plan");
        if (plan == null) {
            throw new IllegalStateException("no plan in " + settings.out() + "; delete its growth.json and run again");
        }
        return new Plan(steps(plan, "continuedSteps"), steps(plan, "tunedSteps"));
    }

    private static long steps(Map<String, Object> plan, String name) {
        if (plan.get(name) instanceof Number number) {
            return number.longValue();
        }
        throw new IllegalStateException(
                "plan.json has no number '" + name + "'; delete it and growth.json to plan again");
    }

    private Path grownFolder() {
        return settings.out().resolve("grown-model");
    }

    private static Pretrain.Source source(String name, TextSource text, double weight) {
        return new Pretrain.Source(name, text, weight, Double.POSITIVE_INFINITY);
    }

    private HeldOut whole(String name) {
        return new HeldOut(name, settings.samples().heldOut(name).all());
    }

    /// Every sixth document: enough for a curve.
    private HeldOut excerpt(String name) {
        List<Document> all = settings.samples().heldOut(name).all();
        List<Document> some = new ArrayList<>();
        for (int i = 0; i < all.size(); i += 6) {
            some.add(all.get(i));
        }
        return new HeldOut(name, some);
    }

    /// The ids of the base model, with the end of a turn among those that end an answer.
    static SpecialIds special() {
        return new SpecialIds(END_OF_TEXT, List.of(END_OF_TEXT, 2), END_OF_TEXT);
    }
}
