package dev.mokha.language.adapt;

import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.pretrain.HeldOut;
import dev.mokha.language.pretrain.Pretrain;
import dev.mokha.language.stage.Listener;
import dev.mokha.language.tune.Tune;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.text.chat.BuiltInTemplate;
import dev.mokha.text.merge.MergeScope;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Gives a decoder a new language, after ALLaM ([Bari et al. 2024](https://arxiv.org/abs/2407.15390)): pieces
/// learned from its text and merged into the vocabulary, rows for them, continued pretraining on a mixture of
/// new and old text, and fine-tuning on conversations. Both languages are measured before and after.
///
/// See `docs/adaptation.md`. It runs in stages, as the quickstart does: a rerun goes on where the last one
/// was stopped or killed, and ends with the same weights as an undisturbed run.
///
/// @param base the model's folder, with its tokenizer
/// @param texts what it learns from and is measured on
/// @param vocabulary what is added to the vocabulary
/// @param pretrain how it is trained on
/// @param embeddings how the embedding and the head are trained by themselves before; null for not at all
/// @param chat how it is fine-tuned then; null for a model that only continues text
/// @param out where everything goes
public record Adapt(
        Path base,
        Texts texts,
        Vocabulary vocabulary,
        Pretrain pretrain,
        @Nullable Embeddings embeddings,
        @Nullable Chat chat,
        Path out) {

    /// Without a stage of its own for the embeddings.
    public Adapt(Path base, Texts texts, Vocabulary vocabulary, Pretrain pretrain, @Nullable Chat chat, Path out) {
        this(base, texts, vocabulary, pretrain, null, chat, out);
    }

    /// Texts by the part they play. A source's weight is its share among the weights of all.
    ///
    /// @param target text of the new language: the vocabulary is learned from it
    /// @param replay text such as the model knows already, against forgetting
    /// @param parallel the same in both languages, put together by the source's format
    /// @param heldOut text to measure on, a name for each
    public record Texts(
            List<Pretrain.Source> target,
            List<Pretrain.Source> replay,
            List<Pretrain.Source> parallel,
            List<HeldOut> heldOut) {
        public Texts {
            target = List.copyOf(target);
            replay = List.copyOf(replay);
            parallel = List.copyOf(parallel);
            heldOut = List.copyOf(heldOut);
            List<String> names = Stream.of(target, replay, parallel)
                    .flatMap(List::stream)
                    .map(Pretrain.Source::name)
                    .toList();
            if (names.stream().distinct().count() < names.size()) {
                throw new IllegalArgumentException("each source needs a name of its own, they are called " + names);
            }
        }

        /// {@return all that is trained on}
        public List<Pretrain.Source> training() {
            return Stream.of(target, replay, parallel).flatMap(List::stream).toList();
        }
    }

    /// What is added to the vocabulary.
    ///
    /// @param pieces how many at most; 0 keeps the vocabulary as it is
    /// @param scope the characters that pieces must hold one of, so that other text is encoded as before
    /// @param rows how the rows of new pieces begin
    public record Vocabulary(int pieces, MergeScope scope, RowMethod rows) {
        public Vocabulary {
            if (pieces < 0) {
                throw new IllegalArgumentException("a vocabulary grows by 0 pieces or more, not " + pieces);
            }
        }

        /// Arabic pieces that fill a vocabulary up to a size.
        ///
        /// @param base the model's folder
        public static Vocabulary arabicUpTo(int size, Path base) {
            int before = ModelFolder.open(base).tokenizer().idBound();
            if (size <= before) {
                throw new IllegalArgumentException(
                        "a vocabulary of " + size + " adds nothing: the base has " + before + " ids already");
            }
            return new Vocabulary(size - before, MergeScope.arabic(), RowMethod.NOISY_MEAN);
        }
    }

    /// A stage in which only the embedding and the output head are trained, at a rate that stays after a tenth
    /// of the steps: the first of the stages of [Kim et al. 2024](https://arxiv.org/abs/2402.14714), who freeze
    /// the old rows too, which here move with the new ones.
    ///
    /// @param steps how many
    /// @param rate the learning rate
    public record Embeddings(long steps, double rate) {
        public Embeddings {
            if (steps < 1 || !(rate > 0)) {
                throw new IllegalArgumentException(
                        "embeddings are trained for at least 1 step at a rate above 0, not " + steps + " at " + rate);
            }
        }

        /// {@return the recipe of the whole, with these steps and this rate, over text in another order}
        Pretrain recipe(Pretrain whole) {
            var schedule = new Schedule.WarmupStableDecay(
                    rate, rate, steps / 10, 0, steps, Schedule.WarmupStableDecay.Fall.LINEAR);
            return new Pretrain(
                    whole.context(),
                    whole.batch(),
                    whole.accumulation(),
                    steps,
                    schedule,
                    whole.weightDecay(),
                    whole.precision(),
                    whole.every(),
                    whole.seed() + 1,
                    null,
                    null,
                    whole.temperature());
        }
    }

    /// Supervised fine-tuning.
    ///
    /// @param conversations files that [Conversations] reads
    /// @param recipe how
    /// @param template written into a model that has none of its own
    public record Chat(List<Path> conversations, Tune recipe, BuiltInTemplate template) {
        public Chat {
            conversations = List.copyOf(conversations);
            if (conversations.isEmpty()) {
                throw new IllegalArgumentException("fine-tuning needs at least one file of conversations");
            }
        }
    }

    public Adapt {
        if (vocabulary.pieces() > 0 && texts.target().isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no text of the new language to learn " + vocabulary.pieces() + " pieces from");
        }
        if (vocabulary.pieces() > 0
                && vocabulary.rows() == RowMethod.ALIGNED
                && texts.parallel().isEmpty()) {
            throw new IllegalArgumentException(
                    "rows begin at what is aligned in parallel text, and there is none; give some, or other rows");
        }
    }

    /// Runs every stage that is not done.
    ///
    /// @return whether all are done; false when the signal stopped it, and a rerun will go on
    /// @throws IllegalArgumentException when the folder holds a run with another recipe
    public boolean run(Listener listener, StopSignal stop) {
        return new AdaptRun(this, listener, stop).run();
    }

    /// {@return the finished model, a Hugging Face folder}
    public Path modelFolder() {
        return out.resolve("model");
    }

    /// {@return the report}
    public Path reportFile() {
        return out.resolve("report.html");
    }

    /// {@return the recipe in words, for `run.json`: texts, lists and maps of texts}
    public Map<String, Object> describe() {
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("base", base.toString());
        words.put("target", sources(texts.target()));
        words.put("replay", sources(texts.replay()));
        words.put("parallel", sources(texts.parallel()));
        words.put("held_out", texts.heldOut().stream().map(HeldOut::name).toList());
        words.put("pieces", Integer.toString(vocabulary.pieces()));
        words.put("scope", vocabulary.scope().name());
        words.put("rows", vocabulary.rows().toString());
        Map<String, String> training = new TreeMap<>();
        pretrain.describe().forEach((name, value) -> training.put(name, String.valueOf(value)));
        words.put("pretrain", training);
        if (embeddings != null) { // what is as it always was keeps its description, so that older runs go on
            words.put("embeddings", embeddings.toString());
        }
        if (chat != null) {
            words.put(
                    "conversations",
                    chat.conversations().stream().map(Path::toString).toList());
            words.put("tune", chat.recipe().describe());
            words.put("template", chat.template().name());
        }
        return words;
    }

    private static List<String> sources(List<Pretrain.Source> sources) {
        return sources.stream()
                .map(source -> source.name() + ": " + source.text().path() + " as "
                        + source.text().format() + ", weight " + source.weight() + ", epochs " + source.epochs())
                .toList();
    }
}
