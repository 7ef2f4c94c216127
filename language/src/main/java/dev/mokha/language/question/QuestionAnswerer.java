package dev.mokha.language.question;

import dev.mokha.language.encoder.EncoderConfig;
import dev.mokha.language.encoder.SpanModel;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Answers questions about texts with the texts' own words.
///
/// ```java
/// try (var answerer = QuestionAnswerer.open(folder)) {
///     Prediction found = answerer.ask("Where is Cairo?", "Cairo lies on the Nile.");
///     found.text();                       // the answer; empty when there is none
///     found.nBest().getFirst().start();   // where it stands in the text
/// }
/// ```
///
/// For one thread, as everything with tensors.
public final class QuestionAnswerer implements AutoCloseable {
    /// Tokens read at once. More is no faster on a processor.
    private static final int TOKENS = 4096;

    /// Questions whose windows are held at once.
    private static final int CHUNK = 256;

    private final SpanModel model;
    private final Windows windows;
    private final AnswerSettings settings;
    private final WindowReader reader;

    /// @param model read with; closed with this answerer
    public QuestionAnswerer(SpanModel model, Tokenizer tokenizer, AnswerSettings settings) {
        this(model, tokenizer, settings, false);
    }

    QuestionAnswerer(SpanModel model, Tokenizer tokenizer, AnswerSettings settings, boolean bfloat16) {
        requireFits(model.config(), settings.windows());
        this.model = model;
        this.windows = new Windows(tokenizer, settings.windows());
        this.settings = settings;
        this.reader = new WindowReader(model, TOKENS, bfloat16);
    }

    /// Opens a folder, such as one that [QuestionAnswering] wrote, or a published one of transformers'
    /// `…ForQuestionAnswering`, with the settings it was trained with or else the official ones.
    ///
    /// @throws IllegalArgumentException when it holds no encoder, or none with a head that finds answers
    public static QuestionAnswerer open(Path folder) {
        return open(folder, AnswerSettings.of(folder));
    }

    /// Opens a folder with other settings.
    public static QuestionAnswerer open(Path folder, AnswerSettings settings) {
        return open(folder, settings, Loading.forUse(Device.CPU).as(DType.FLOAT32));
    }

    /// Opens a folder with other settings.
    ///
    /// @param loading such as one with [Loading#quantized] layers
    public static QuestionAnswerer open(Path folder, AnswerSettings settings, Loading loading) {
        var encoder = EncoderFolder.open(folder);
        String head = encoder.architecture();
        if (head != null && !head.endsWith("ForQuestionAnswering")) {
            throw new IllegalArgumentException(
                    folder + " holds a " + head + ", which finds no answers; teach it first with mokha finetune squad");
        }
        Tokenizer tokenizer = encoder.tokenizer();
        SpanModel model = encoder.spanModel(loading);
        try {
            return new QuestionAnswerer(model, tokenizer, settings);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    static void requireFits(EncoderConfig config, Windows.Config windows) {
        int most = config.maxLength();
        if (windows.maxLength() > most) {
            throw new IllegalArgumentException("windows of " + windows.maxLength() + " tokens are longer than the "
                    + most + " that the model has positions for; take a maximum length of at most " + most);
        }
    }

    /// Answers a question about a text of any length.
    public Prediction ask(String question, String context) {
        List<Window> cut = windows.of(Question.ask(question, context));
        return settings.decode().of(cut, reader.read(cut));
    }

    /// {@return the predictions for questions, by their ids, in order}
    public Map<String, Prediction> answer(List<Question> questions) {
        Map<String, Prediction> answers = new LinkedHashMap<>();
        for (int from = 0; from < questions.size(); from += CHUNK) {
            List<Question> some = questions.subList(from, Math.min(questions.size(), from + CHUNK));
            List<List<Window>> cut = new ArrayList<>();
            for (Question question : some) {
                cut.add(windows.of(question));
            }
            List<SpanLogits> logits =
                    reader.read(cut.stream().flatMap(List::stream).toList());
            int at = 0;
            for (int i = 0; i < some.size(); i++) {
                List<Window> own = cut.get(i);
                answers.put(some.get(i).id(), settings.decode().of(own, logits.subList(at, at + own.size())));
                at += own.size();
            }
        }
        return answers;
    }

    /// {@return how it reads}
    public AnswerSettings settings() {
        return settings;
    }

    @Override
    public void close() {
        model.close();
    }
}
