package dev.mokha.language.pretrain;

import dev.mokha.language.encoder.EncoderBatch;
import dev.mokha.language.encoder.MaskedLanguageModel;
import dev.mokha.language.encoder.ReplacedTokenDetector;
import dev.mokha.language.masking.Masked;
import dev.mokha.nn.Loss;
import dev.mokha.nn.Mode;
import dev.mokha.nn.fit.Task;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Replaced-token detection, [Clark et al. 2020, §2](https://arxiv.org/abs/2003.10555): a small generator fills the
/// masked tokens in with samples of its own, and the discriminator tells for every token whether it is the one that
/// stood there. The loss is the generator's masked-language loss plus [#WEIGHT] times the discriminator's binary
/// cross-entropy. No gradient passes through the samples; a sample that happens to be the original counts as such.
///
/// The authors share the two tables of embeddings; here each model has its own.
///
/// @param generator a masked language model, discarded after the training
/// @param discriminator what is trained for use
/// @param heldOut examples never trained on, by batches; empty for none
public record ReplacedTokenTask(
        MaskedLanguageModel generator, ReplacedTokenDetector discriminator, List<List<Masked>> heldOut)
        implements Task<List<Masked>> {
    /// λ of the paper.
    public static final double WEIGHT = 50;

    public ReplacedTokenTask {
        heldOut = List.copyOf(heldOut);
    }

    @Override
    public Map<String, Tensor> parameters() {
        var all = new LinkedHashMap<String, Tensor>();
        generator.params().named().forEach((name, tensor) -> all.put("generator." + name, tensor));
        discriminator.params().named().forEach((name, tensor) -> all.put("discriminator." + name, tensor));
        return all;
    }

    @Override
    public Map<String, Rng> streams() {
        return Map.of(
                "generator", generator.params().rng(),
                "discriminator", discriminator.params().rng());
    }

    @Override
    public Tensor loss(List<Masked> examples) {
        Corrupted corrupted = corrupt(examples);
        return corrupted.generatorLoss.add(
                discriminator.loss(corrupted.batch, corrupted.replaced).mul(WEIGHT));
    }

    /// A batch with the generator's samples in it.
    ///
    /// @param generatorLoss mean cross-entropy of the masked tokens
    /// @param batch the original tokens but for the samples
    /// @param replaced true where a token is another than the original, `[tokens]`
    private record Corrupted(Tensor generatorLoss, EncoderBatch batch, Tensor replaced) {}

    private Corrupted corrupt(List<Masked> examples) {
        EncoderBatch masked = MaskedTask.batch(examples);
        Tensor labels = MaskedTask.labels(examples, masked);
        var predictions = generator.predictions(masked, labels);
        Tensor logits = predictions.logits().to(DType.FLOAT32);
        Tensor loss = Loss.crossEntropy(logits, predictions.labels());
        try (var scope = Scope.open("samples");
                var _ = Gradients.off()) {
            Tensor rows = Tensors.range(0, labels.size(0), labels.device()).maskedSelect(labels.ge(0));
            Tensor ids = masked.ids().scatter(0, rows, sample(logits.detach()).to(labels.device()));
            Tensor original = Tensors.where(labels.ge(0), labels, masked.ids());
            EncoderBatch batch = masked.withIds(scope.keep(ids));
            return new Corrupted(loss, batch, scope.keep(ids.ne(original)));
        }
    }

    /// A draw from each row's softmax, by the Gumbel maximum: `argmax(x − log(−log u))`.
    private Tensor sample(Tensor logits) {
        Tensor u = discriminator.params().rng().uniform(0, 1, logits.shape()).clamp(1e-9, 1 - 1e-7);
        return logits.sub(u.log().neg().log().to(logits.device())).argmax(-1);
    }

    @Override
    public double weight(List<Masked> examples) {
        return tokens(examples);
    }

    @Override
    public long tokens(List<Masked> examples) {
        return examples.stream().mapToLong(Masked::length).sum();
    }

    @Override
    public void training(boolean on) {
        Mode mode = on ? Mode.TRAIN : Mode.EVAL;
        generator.params().mode(mode);
        discriminator.params().mode(mode);
    }

    /// Measures both models. The samples are drawn from the discriminator's stream, which is put back after: an
    /// evaluation changes nothing about the training.
    @Override
    public @Nullable Evaluation evaluate() {
        if (heldOut.isEmpty()) {
            return null;
        }
        byte[] before = discriminator.params().rng().state();
        try {
            return measure();
        } finally {
            discriminator.params().rng().restore(before);
        }
    }

    private Evaluation measure() {
        double generatorLoss = 0;
        double loss = 0;
        double right = 0;
        double replaced = 0;
        double found = 0;
        long tokens = 0;
        for (List<Masked> examples : heldOut) {
            try (var _ = Scope.open("evaluation");
                    var _ = Gradients.off()) {
                Corrupted corrupted = corrupt(examples);
                Tensor logits = discriminator.logits(corrupted.batch).to(DType.FLOAT32);
                Tensor truth = corrupted.replaced.to(logits.device());
                long count = logits.count();
                generatorLoss += corrupted.generatorLoss.item() * count;
                loss += Loss.binaryCrossEntropy(logits, truth.to(DType.FLOAT32)).item() * count;
                Tensor said = logits.gt(0);
                right += said.eq(truth).sum().itemLong();
                replaced += truth.sum().itemLong();
                found += said.and(truth).sum().itemLong();
                tokens += count;
            }
        }
        var figures = new LinkedHashMap<String, Double>();
        figures.put("generator_loss", generatorLoss / tokens);
        figures.put("replaced_loss", loss / tokens);
        figures.put("replaced_accuracy", right / tokens);
        figures.put("replaced_share", replaced / tokens);
        figures.put("replaced_recall", replaced == 0 ? 0 : found / replaced);
        return new Evaluation(loss / tokens, figures);
    }
}
