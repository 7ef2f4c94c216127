package dev.mokha.language.finetune;

import dev.mokha.language.encoder.EncoderConfig;
import dev.mokha.language.encoder.EncoderModel;
import dev.mokha.language.encoder.Labels;
import dev.mokha.language.encoder.MultipleChoice;
import dev.mokha.language.encoder.SequenceClassifier;
import dev.mokha.language.encoder.TokenClassifier;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.nn.LoRA;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Params;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;

/// An encoder with the head that a kind of task needs: rows of outputs for items, whatever the kind.
final class TaskHead implements AutoCloseable {
    static final double NO_CHOICE = -1e4;

    private final Kind kind;
    private final EncoderModel model;

    private TaskHead(Kind kind, EncoderModel model) {
        this.kind = kind;
        this.model = model;
    }

    /// An encoder from a folder with a head drawn anew, as a recipe says.
    static TaskHead fresh(EncoderFolder folder, Kind kind, Labels labels, FineTune recipe) {
        String head = switch (kind) {
            case CLASSIFY, REGRESS -> SequenceClassifier.HEAD;
            case TAG -> TokenClassifier.HEAD;
            case CHOOSE -> MultipleChoice.HEAD;
        };
        Params params = recipe.fromScratch()
                ? Params.fresh(recipe.seed())
                : Params.from(
                        folder.weightsWithout("^(classifier|pre_classifier|sequence_summary)\\."),
                        Loading.forTraining(Device.CPU).seed(recipe.seed()).drawing(head));
        LoRA lora = recipe.lora();
        if (lora != null) {
            params.adapt(lora);
        }
        EncoderConfig config = folder.config();
        var made = new TaskHead(
                kind,
                switch (kind) {
                    case CLASSIFY, REGRESS -> new SequenceClassifier(config, labels, params);
                    case TAG -> new TokenClassifier(config, labels, params);
                    case CHOOSE -> new MultipleChoice(config, params);
                });
        if (lora != null) {
            params.unfreeze(head);
        }
        return made;
    }

    /// The model that a fine-tuned folder holds.
    static TaskHead open(EncoderFolder folder, Loading loading) {
        Kind kind = Kind.of(folder);
        return new TaskHead(
                kind,
                switch (kind) {
                    case CLASSIFY, REGRESS -> folder.sequenceClassifier(loading);
                    case TAG -> folder.tokenClassifier(loading);
                    case CHOOSE -> folder.multipleChoice(loading);
                });
    }

    Kind kind() {
        return kind;
    }

    EncoderModel model() {
        return model;
    }

    /// {@return the outputs of all rows of all items, `[rows, outputs]`, float32}
    Tensor logits(ItemBatch batch) {
        return switch (model) {
            case SequenceClassifier classifier ->
                classifier.logits(batch.tokens()).to(DType.FLOAT32);
            case TokenClassifier tagger ->
                words(tagger.logits(batch.tokens()), batch).to(DType.FLOAT32);
            case MultipleChoice chooser -> choices(chooser.logits(batch.tokens(), 1), batch);
            default -> throw new IllegalStateException(model.architecture() + " answers no task");
        };
    }

    /// @param logits `[tokens, labels]`
    /// @return `[rows, labels]`: those of the words' first pieces
    private static Tensor words(Tensor logits, ItemBatch batch) {
        List<Integer> at = new ArrayList<>();
        for (int i = 0; i < batch.items().size(); i++) {
            int start = batch.tokens().start(i);
            for (int word : batch.items().get(i).words()) {
                if (word >= 0) {
                    at.add(start + word);
                }
            }
        }
        int[] rows = at.stream().mapToInt(Integer::intValue).toArray();
        return logits.indexSelect(0, Tensors.of(rows, rows.length).to(logits.device()));
    }

    /// @param logits `[choices of all items, 1]`
    /// @return `[items, most choices]`; where an item has fewer, one that is never chosen
    private static Tensor choices(Tensor logits, ItemBatch batch) {
        Tensor flat = logits.to(DType.FLOAT32).reshape(-1);
        int most = batch.items().stream()
                .mapToInt(item -> item.sequences().size())
                .max()
                .orElseThrow();
        int count = batch.items().size();
        if ((long) most * count == flat.count()) {
            return flat.view(count, most);
        }
        Tensor none = Tensors.full(NO_CHOICE, DType.FLOAT32, flat.device(), 1);
        int[] rows = new int[count * most];
        int next = 0;
        for (int i = 0; i < count; i++) {
            int choices = batch.items().get(i).sequences().size();
            for (int c = 0; c < most; c++) {
                rows[i * most + c] = c < choices ? next++ : (int) flat.count();
            }
        }
        return Tensors.cat(List.of(flat, none), 0)
                .indexSelect(0, Tensors.of(rows, rows.length).to(flat.device()))
                .view(count, most);
    }

    @Override
    public void close() {
        model.close();
    }
}
