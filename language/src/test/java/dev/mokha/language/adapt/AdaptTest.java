package dev.mokha.language.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.StageLog;
import dev.mokha.language.Toys;
import dev.mokha.language.corpus.Document;
import dev.mokha.language.corpus.TextSource;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.generate.Sampling;
import dev.mokha.language.pretrain.HeldOut;
import dev.mokha.language.pretrain.Pretrain;
import dev.mokha.language.recipe.Recipe;
import dev.mokha.language.stage.Listener;
import dev.mokha.language.tune.Tune;
import dev.mokha.nn.Loading;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Scope;
import dev.mokha.text.chat.BuiltInTemplate;
import dev.mokha.text.merge.MergeScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The recipe on a model and texts that are made here. The region is the example of `docs/adaptation.md`.
class AdaptTest {
    @TempDir
    static Path temp;

    private static Path base;
    private static Path arabic;
    private static Path english;
    private static Path pairs;
    private static Path chats;

    @BeforeAll
    static void write() throws IOException {
        base = Toys.base(temp.resolve("base"), Toys.config());
        arabic = lines("arabic.txt", "\n\n", seed -> Toys.arabic(seed, 40));
        english = lines("english.txt", "\n\n", seed -> Toys.english(seed, 40));
        pairs = lines(
                "pairs.jsonl",
                "\n",
                seed -> "{\"en\":\"" + Toys.english(seed, 9) + "\",\"ar\":\"" + Toys.arabic(seed, 9) + "\"}");
        chats = lines(
                "chats.jsonl",
                "\n",
                seed -> "{\"messages\":[{\"role\":\"user\",\"content\":\"" + Toys.arabic(seed, 3)
                        + "\"},{\"role\":\"assistant\",\"content\":\"" + Toys.english(seed, 3) + "\"}]}");
    }

    private static Path lines(String name, String between, LongFunction<String> line) throws IOException {
        String text = LongStream.range(0, 20).mapToObj(line).collect(Collectors.joining(between));
        return Files.writeString(temp.resolve(name), text);
    }

    // region adapt
    /// Arabic for a model that knows English.
    private static boolean adapt(Path out, Listener listener, StopSignal stop) {
        var texts = new Adapt.Texts(
                List.of(source("arabic", TextSource.of(arabic), 0.5)),
                List.of(source("english", TextSource.of(english), 0.4)),
                List.of(source("pairs", new TextSource(pairs, "{en}\n{ar}"), 0.1)),
                List.of(heldOut("arabic", Toys.arabic(99, 20)), heldOut("english", Toys.english(99, 20))));
        var vocabulary = new Adapt.Vocabulary(40, MergeScope.arabic(), RowMethod.FOCUS);
        var adapt = new Adapt(base, texts, vocabulary, pretrain(6), chat(), out);
        return adapt.run(listener, stop); // false when stopped: run it again to go on
    }
    // endregion

    private static Adapt.Chat chat() {
        return new Adapt.Chat(List.of(chats), tune(), BuiltInTemplate.CHATML);
    }

    private static Pretrain.Source source(String name, TextSource text, double weight) {
        return new Pretrain.Source(name, text, weight, Double.POSITIVE_INFINITY);
    }

    private static HeldOut heldOut(String name, String text) {
        return new HeldOut(name, List.of(new Document(name, text)));
    }

    private static Pretrain pretrain(long steps) {
        var rate = new Schedule.WarmupCosine(3e-3, 3e-4, 2, steps);
        var every = new Fit.Every(2, 3, 0);
        return new Pretrain(48, 4, 1, steps, rate, 0.1, Fit.Precision.FLOAT32, every, 7, null, null);
    }

    private static Tune tune() {
        return Tune.of(new Recipe(
                64, 4, 1, 3, new Schedule.Constant(1e-3), Fit.Precision.FLOAT32, new Fit.Every(1, 0, 0), 7, null));
    }

    @Test
    void itEndsWithAFolderAReportAndTheRecipe() throws IOException {
        Path out = temp.resolve("whole");
        var log = new StageLog();
        assertThat(adapt(out, log, new StopSignal())).isTrue();
        assertThat(log.stages()).hasSize(7).noneMatch(line -> line.endsWith("done"));
        ModelFolder folder = ModelFolder.open(out.resolve("model"));
        assertThat(folder.config().vocabSize()).isEqualTo(320);
        assertThat(folder.tokenizer().encodeIds("كتاب").length).isLessThan("كتاب".length());
        assertThat(folder.chatTemplate()).contains("im_start");
        assertThat(Files.readString(out.resolve("report.html"))).contains("<svg", "arabic", "rows", "focus");
        assertThat(Files.readString(out.resolve("run.json"))).contains("\"recipe\"", "\"figures\"", "\"after\"");
        var again = new StageLog();
        assertThat(adapt(out, again, new StopSignal())).isTrue();
        assertThat(again.stages()).hasSize(7).allMatch(line -> line.endsWith("done"));
    }

    @Test
    void stoppedInEachTrainingItEndsWithTheSameWeights() throws IOException {
        Path straight = temp.resolve("straight");
        Path stopped = temp.resolve("stopped");
        assertThat(adapt(straight, new StageLog(), new StopSignal())).isTrue();
        var first = new StopSignal();
        assertThat(adapt(stopped, new StageLog("continued", 3, first), first)).isFalse();
        var second = new StopSignal();
        assertThat(adapt(stopped, new StageLog("tuned", 1, second), second)).isFalse();
        assertThat(adapt(stopped, new StageLog(), new StopSignal())).isTrue();
        assertThat(Files.readAllBytes(stopped.resolve("model/model.safetensors")))
                .isEqualTo(Files.readAllBytes(straight.resolve("model/model.safetensors")));
    }

    @Test
    void withoutConversationsItEndsWithAModelThatContinuesText() {
        Path out = temp.resolve("plain");
        assertThat(recipe(out, 2, null).run(new StageLog(), new StopSignal())).isTrue();
        try (var model = LanguageModel.load(out.resolve("model"))) {
            assertThat(model.canChat()).isFalse();
            assertThat(model.generate("كتاب", Sampling.greedy(3)).ids()).isNotEmpty();
        }
    }

    @Test
    void withoutNewPiecesTheVocabularyStays() {
        Path out = temp.resolve("same-vocabulary");
        var texts = new Adapt.Texts(List.of(), List.of(source("a", TextSource.of(arabic), 1)), List.of(), List.of());
        var none = new Adapt.Vocabulary(0, MergeScope.arabic(), RowMethod.MEAN);
        var log = new StageLog();
        assertThat(new Adapt(base, texts, none, pretrain(2), null, out).run(log, new StopSignal()))
                .isTrue();
        assertThat(log.stages()).hasSize(4);
        assertThat(ModelFolder.open(out.resolve("model")).config().vocabSize()).isEqualTo(259);
    }

    @Test
    void theTablesAreTrainedByThemselvesFirstWhereThatIsAsked() {
        Path out = temp.resolve("tables");
        var texts = new Adapt.Texts(
                List.of(source("arabic", TextSource.of(arabic), 1)),
                List.of(),
                List.of(source("pairs", new TextSource(pairs, "{en}\n{ar}"), 1)),
                List.of(heldOut("a", "سلام")));
        var vocabulary = new Adapt.Vocabulary(20, MergeScope.arabic(), RowMethod.ALIGNED);
        var tables = new Adapt.Embeddings(3, 1e-2);
        var log = new StageLog();
        assertThat(new Adapt(base, texts, vocabulary, pretrain(2), tables, null, out).run(log, new StopSignal()))
                .isTrue();
        assertThat(log.stages()).hasSize(7);
        assertThat(changed(out.resolve("grown-model"), out.resolve("embeddings-model")))
                .isNotEmpty()
                .allMatch(name -> name.contains("embed_tokens") || name.contains("lm_head"));
        assertThat(changed(out.resolve("embeddings-model"), out.resolve("model")))
                .anyMatch(name -> name.contains("self_attn"));
    }

    /// The parameters that differ between two folders of one shape.
    private static List<String> changed(Path before, Path after) {
        try (var a = ModelFolder.open(before).decoder(Loading.forUse(Device.CPU));
                var b = ModelFolder.open(after).decoder(Loading.forUse(Device.CPU));
                var _ = Scope.open("compared")) {
            return a.params().named().keySet().stream()
                    .filter(name ->
                            !a.params().get(name).eq(b.params().get(name)).all())
                    .toList();
        }
    }

    @Test
    void anotherRecipeInTheSameFolderIsRefused() {
        Path out = temp.resolve("changed");
        var stop = new StopSignal();
        stop.raise();
        assertThat(recipe(out, 2, chat()).run(new StageLog(), stop)).isFalse();
        assertThatThrownBy(() -> recipe(out, 3, chat()).run(new StageLog(), stop))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pretrain")
                .hasMessageContaining("another folder");
        assertThat(recipe(out, 2, chat()).run(new StageLog(), stop)).isFalse();
    }

    @Test
    void recipesThatCannotBeRunAreNamed() {
        var text = source("a", TextSource.of(arabic), 1);
        var noTarget = new Adapt.Texts(List.of(), List.of(text), List.of(), List.of());
        var some = new Adapt.Vocabulary(5, MergeScope.arabic(), RowMethod.MEAN);
        assertThatThrownBy(() -> new Adapt(base, noTarget, some, pretrain(2), null, temp))
                .hasMessageContaining("no text of the new language to learn 5 pieces");
        var pairsOnly = new Adapt.Vocabulary(5, MergeScope.arabic(), RowMethod.ALIGNED);
        var noPairs = new Adapt.Texts(List.of(text), List.of(), List.of(), List.of());
        assertThatThrownBy(() -> new Adapt(base, noPairs, pairsOnly, pretrain(2), null, temp))
                .hasMessageContaining("parallel text");
        assertThatThrownBy(() -> new Adapt.Embeddings(0, 1e-3)).hasMessageContaining("at least 1 step");
        assertThatThrownBy(() -> new Adapt.Texts(List.of(text), List.of(text), List.of(), List.of()))
                .hasMessageContaining("[a, a]");
        assertThatThrownBy(() -> new Adapt.Vocabulary(-1, MergeScope.arabic(), RowMethod.MEAN))
                .hasMessageContaining("not -1");
        assertThatThrownBy(() -> Adapt.Vocabulary.arabicUpTo(259, base)).hasMessageContaining("259");
        assertThat(Adapt.Vocabulary.arabicUpTo(300, base).pieces()).isEqualTo(41);
        assertThat(RowMethod.named("Noisy-Mean")).isEqualTo(RowMethod.NOISY_MEAN);
        assertThatThrownBy(() -> RowMethod.named("zero")).hasMessageContaining("random, mean, noisy-mean, focus");
    }

    @Test
    void theExampleOfThePageIsTheOneThatRuns() throws IOException {
        Path root = Path.of(System.getProperty("mokha.root"));
        Path here = root.resolve("language/src/test/java/dev/mokha/language/adapt/AdaptTest.java");
        String region = Files.readString(here).split("// region adapt\n", 2)[1].split(" *// endregion", 2)[0];
        assertThat(Files.readString(root.resolve("docs/adaptation.md")))
                .contains("```java\n" + region.stripTrailing().stripIndent() + "\n```");
    }

    private static Adapt recipe(Path out, long steps, Adapt.@Nullable Chat chat) {
        var texts = new Adapt.Texts(
                List.of(source("arabic", TextSource.of(arabic), 1)),
                List.of(),
                List.of(),
                List.of(heldOut("a", "سلام")));
        var vocabulary = new Adapt.Vocabulary(20, MergeScope.arabic(), RowMethod.RANDOM);
        return new Adapt(base, texts, vocabulary, pretrain(steps), chat, out);
    }
}
