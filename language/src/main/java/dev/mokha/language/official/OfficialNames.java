package dev.mokha.language.official;

import dev.mokha.nn.Renames;
import dev.mokha.nn.Weights;
import dev.mokha.tensor.Tensor;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The official checkpoints' tensors under Hugging Face's names: `bert/encoder/layer_0/output/dense/kernel` is
/// `bert.encoder.layer.0.output.dense.weight`.
///
/// TensorFlow's dense layers compute `x K + b`, so that a `kernel` is the transpose of our `weight`; the layers that
/// the authors wrote out themselves (`output_weights`) and all tables lie as ours do. An optimiser's moments beside the
/// parameters are left out.
public final class OfficialNames implements Weights {
    /// From the official names to Hugging Face's: pretraining, `run_classifier.py` and `run_squad.py`.
    public static final Renames TABLE = Renames.none()
            .and("^cls/predictions/output_bias$", "cls.predictions.bias")
            .and("^cls/seq_relationship/output_weights$", "cls.seq_relationship.weight")
            .and("^cls/seq_relationship/output_bias$", "cls.seq_relationship.bias")
            .and("^cls/squad/output_weights$", "qa_outputs.weight")
            .and("^cls/squad/output_bias$", "qa_outputs.bias")
            .and("^output_weights$", "classifier.weight")
            .and("^output_bias$", "classifier.bias")
            .and("/(kernel|gamma)$", ".weight")
            .and("/beta$", ".bias")
            .and("_embeddings$", "_embeddings.weight")
            .and("/layer_(\\d+)/", ".layer.$1.")
            .and("/", ".");

    private static final Pattern NO_PARAMETER = Pattern.compile("/adam_[mv]$|^(global_step|.*_power)$");

    private final Weights official;
    private final Map<String, String> theirs = new TreeMap<>();

    private OfficialNames(Weights official) {
        this.official = official;
        for (String name : official.names()) {
            if (!NO_PARAMETER.matcher(name).find()) {
                theirs.put(TABLE.apply(name), name);
            }
        }
    }

    /// {@return these tensors under Hugging Face's names}
    /// @param official closed with the result
    public static Weights over(Weights official) {
        return new OfficialNames(official);
    }

    @Override
    public String origin() {
        return official.origin();
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(theirs.keySet());
    }

    @Override
    public long[] shape(String name) {
        long[] shape = official.shape(theirs(name));
        return isTurned(name) ? new long[] {shape[1], shape[0]} : shape;
    }

    @Override
    public Tensor tensor(String name) {
        Tensor tensor = official.tensor(theirs(name));
        return isTurned(name) ? tensor.transpose(0, 1).contiguous() : tensor;
    }

    private boolean isTurned(String name) {
        String official = theirs(name);
        return official.endsWith("/kernel") && this.official.shape(official).length == 2;
    }

    private String theirs(String name) {
        @Nullable String official = theirs.get(name);
        if (official == null) {
            throw new IllegalArgumentException("no tensor '" + name + "' in " + origin());
        }
        return official;
    }

    @Override
    public String file(String name) {
        return official.file(theirs(name));
    }

    @Override
    public void close() {
        official.close();
    }
}
