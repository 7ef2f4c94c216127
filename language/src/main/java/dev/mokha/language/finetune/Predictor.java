package dev.mokha.language.finetune;

import dev.mokha.language.encoder.Labels;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.task.Example;
import dev.mokha.language.task.LabelSet;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Mode;
import dev.mokha.nn.metric.Report;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A fine-tuned folder, open to answer.
public final class Predictor implements AutoCloseable {
    private final TaskHead head;
    private final Reading reading;
    private final Scoring scoring;

    private Predictor(TaskHead head, Reading reading, Scoring scoring) {
        this.head = head;
        this.reading = reading;
        this.scoring = scoring;
    }

    /// Opens a folder that was fine-tuned here or elsewhere, in float32 on the processor.
    ///
    /// @param maxLength tokens of a sequence at most; 0 for what the model has positions for
    public static Predictor open(EncoderFolder folder, int maxLength, TooLong tooLong) {
        return open(folder, maxLength, tooLong, Loading.forUse(Device.CPU).as(DType.FLOAT32));
    }

    /// Opens a folder in another type or place, or quantised: `loading.quantized(Int8.dynamic())`.
    ///
    /// @param maxLength tokens of a sequence at most; 0 for what the model has positions for
    public static Predictor open(EncoderFolder folder, int maxLength, TooLong tooLong, Loading loading) {
        int room = Rooms.of(folder.config());
        if (maxLength > room) {
            throw new IllegalArgumentException(
                    "--max-length is " + maxLength + ", but " + folder.path() + " has positions for " + room);
        }
        var reading = new Reading(folder.tokenizer(), maxLength == 0 ? room : maxLength, tooLong);
        Kind kind = Kind.of(folder);
        Labels labels = folder.labels();
        TaskHead head = TaskHead.open(folder, loading);
        head.model().params().mode(Mode.EVAL);
        return new Predictor(head, reading, new Scoring(kind, labels == null ? List.of() : labels.names()));
    }

    /// {@return what the model was fine-tuned for}
    public Kind kind() {
        return head.kind();
    }

    /// {@return the classes or tags, in the order of their ids; none for other kinds}
    /// @throws IllegalStateException for a kind that has none
    public LabelSet labels() {
        if (kind() != Kind.CLASSIFY && kind() != Kind.TAG) {
            throw new IllegalStateException(kind() + " has no labels");
        }
        return LabelSet.of(scoring.labels());
    }

    /// {@return the memory of the model's weights}
    public long bytes() {
        return head.model().params().bytes();
    }

    /// {@return how many texts were cut so far}
    public int cut() {
        return reading.cut();
    }

    /// {@return an answer for each example; their own labels are not looked at}
    public List<Prediction> predict(List<? extends Example> examples) {
        List<Item> items = reading.items(examples, null);
        List<Outputs> outputs = Outputs.of(head, items);
        List<Prediction> predictions = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            predictions.add(prediction(examples.get(i), items.get(i), outputs.get(i)));
        }
        return predictions;
    }

    private Prediction prediction(Example example, Item item, Outputs outputs) {
        return switch (kind()) {
            case REGRESS -> new Prediction(example, List.of(), List.of(), outputs.rows()[0][0]);
            case CLASSIFY ->
                new Prediction(
                        example, List.of(scoring.labels().get(outputs.best(0))), List.of(outputs.probs(0)), Double.NaN);
            case CHOOSE ->
                new Prediction(
                        example, List.of(Integer.toString(outputs.best(0))), List.of(outputs.probs(0)), Double.NaN);
            case TAG -> {
                List<List<Double>> probs = new ArrayList<>();
                int row = 0;
                for (int at : item.words()) {
                    probs.add(at < 0 ? List.of() : outputs.probs(row++));
                }
                yield new Prediction(example, scoring.tags(item, outputs), probs, Double.NaN);
            }
        };
    }

    /// {@return how the model's answers compare with the examples' labels}
    public Report evaluate(List<? extends Example> examples) {
        @Nullable LabelSet tags = kind() == Kind.TAG ? labels() : null;
        List<Item> items = reading.items(examples, tags);
        scoring.requireKnown(items);
        return scoring.report(items, Outputs.of(head, items));
    }

    @Override
    public void close() {
        head.close();
    }
}
