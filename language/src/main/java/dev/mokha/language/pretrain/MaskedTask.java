package dev.mokha.language.pretrain;

import dev.mokha.language.encoder.EncoderBatch;
import dev.mokha.language.encoder.MaskedLanguageModel;
import dev.mokha.language.encoder.Sequence;
import dev.mokha.language.masking.Masked;
import dev.mokha.nn.Loss;
import dev.mokha.nn.Params;
import dev.mokha.nn.fit.ModelTask;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Masked language modelling, with next-sentence prediction where the model has that head
/// ([Devlin et al. 2019, §3.1](https://arxiv.org/abs/1810.04805)): the loss is the mean cross-entropy of the
/// masked tokens plus that of the next-sentence decisions. Batches are packed, and logits formed at masked
/// positions only.
///
/// @param model what is trained
/// @param heldOut examples never trained on, by batches; empty for none
public record MaskedTask(MaskedLanguageModel model, List<List<Masked>> heldOut) implements ModelTask<List<Masked>> {
    public MaskedTask {
        heldOut = List.copyOf(heldOut);
    }

    @Override
    public Params params() {
        return model.params();
    }

    @Override
    public Map<String, Rng> streams() {
        return Map.of("dropout", model.params().rng());
    }

    @Override
    public Tensor loss(List<Masked> examples) {
        EncoderBatch batch = batch(examples);
        return model.losses(batch, labels(examples, batch), model.hasNextSentence() ? next(examples) : null)
                .total();
    }

    @Override
    public double weight(List<Masked> examples) {
        return examples.stream().mapToInt(example -> example.labels().length).sum();
    }

    @Override
    public long tokens(List<Masked> examples) {
        return examples.stream().mapToLong(Masked::length).sum();
    }

    @Override
    public @Nullable Evaluation evaluate() {
        if (heldOut.isEmpty()) {
            return null;
        }
        var counts = new Counts();
        for (List<Masked> examples : heldOut) {
            try (var _ = Scope.open("evaluation");
                    var _ = Gradients.off()) {
                counts.add(model, examples);
            }
        }
        return counts.evaluation();
    }

    static EncoderBatch batch(List<Masked> examples) {
        return EncoderBatch.packed(examples.stream()
                .map(example -> Sequence.pair(example.ids(), example.firstLength()))
                .toList());
    }

    static Tensor labels(List<Masked> examples, EncoderBatch batch) {
        return batch.pack(examples.stream().map(MaskedTask::labels).toList(), (int) Loss.IGNORED);
    }

    private static int[] labels(Masked example) {
        int[] labels = new int[example.length()];
        Arrays.fill(labels, (int) Loss.IGNORED);
        for (int i = 0; i < example.positions().length; i++) {
            labels[example.positions()[i]] = example.labels()[i];
        }
        return labels;
    }

    private static Tensor next(List<Masked> examples) {
        long[] next = examples.stream().mapToLong(e -> e.randomNext() ? 1 : 0).toArray();
        return Tensors.of(next, next.length);
    }

    /// Sums over the held-out batches.
    private static final class Counts {
        private double maskedLoss;
        private long maskedRight;
        private long masked;
        private double nextLoss;
        private long nextRight;
        private long sequences;

        void add(MaskedLanguageModel model, List<Masked> examples) {
            EncoderBatch batch = batch(examples);
            var predictions = model.predictions(batch, labels(examples, batch));
            Tensor logits = predictions.logits().to(DType.FLOAT32);
            long count = predictions.labels().count();
            maskedLoss += Loss.crossEntropy(logits, predictions.labels()).item() * count;
            maskedRight += right(logits, predictions.labels());
            masked += count;
            if (predictions.next() != null) {
                Tensor targets = next(examples).to(logits.device());
                nextLoss += Loss.crossEntropy(predictions.next().to(DType.FLOAT32), targets)
                                .item()
                        * examples.size();
                nextRight += right(predictions.next(), targets);
                sequences += examples.size();
            }
        }

        private static long right(Tensor logits, Tensor targets) {
            return logits.argmax(-1).eq(targets).sum().itemLong();
        }

        Evaluation evaluation() {
            var figures = new LinkedHashMap<String, Double>();
            double loss = maskedLoss / masked;
            figures.put("mlm_loss", loss);
            figures.put("mlm_perplexity", Math.exp(loss));
            figures.put("mlm_accuracy", (double) maskedRight / masked);
            if (sequences > 0) {
                figures.put("nsp_loss", nextLoss / sequences);
                figures.put("nsp_accuracy", (double) nextRight / sequences);
                loss += nextLoss / sequences;
            }
            figures.put("loss", loss);
            return new Evaluation(loss, figures);
        }
    }
}
