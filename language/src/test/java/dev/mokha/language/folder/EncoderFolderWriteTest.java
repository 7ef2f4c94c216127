package dev.mokha.language.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.encoder.BertConfig;
import dev.mokha.language.encoder.EncoderBatch;
import dev.mokha.language.encoder.Labels;
import dev.mokha.language.encoder.Sequence;
import dev.mokha.language.encoder.SequenceClassifier;
import dev.mokha.nn.LoRA;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Params;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EncoderFolderWriteTest {
    private static final Labels LABELS = Labels.of(List.of("no", "yes", "maybe"));
    private static final EncoderParts PARTS = new EncoderParts(LABELS, null, Map.of(), null);

    @TempDir
    Path folder;

    private static double[] logits(SequenceClassifier model) {
        try (var _ = Scope.open("test")) {
            return model.logits(EncoderBatch.packed(
                            List.of(Sequence.of(2, 5, 3), Sequence.pair(new int[] {2, 7, 3, 9}, 3))))
                    .toDoubles();
        }
    }

    @Test
    void whatIsWrittenIsReadBackWithItsLabels() {
        Path target = folder.resolve("model");
        double[] before;
        try (var model = new SequenceClassifier(BertConfig.tiny(20), LABELS, Params.fresh(1))) {
            before = logits(model);
            FolderWriter.write(target, model, PARTS, DType.FLOAT32);
        }
        var read = EncoderFolder.open(target);
        assertThat(read.architecture()).isEqualTo("BertForSequenceClassification");
        assertThat(read.labels()).isEqualTo(LABELS);
        try (var model = read.sequenceClassifier(Loading.forUse(Device.CPU))) {
            assertThat(logits(model)).containsExactly(before);
        }
    }

    @Test
    void adaptersAreFoldedIntoTheWeights() {
        Path target = folder.resolve("model");
        double[] before;
        Params params = Params.fresh(1).adapt(LoRA.on("query|value", 2, 4, 0));
        try (var model = new SequenceClassifier(BertConfig.tiny(20), LABELS, params)) {
            params.named().forEach((name, tensor) -> {
                if (name.contains("lora_B")) {
                    fill(tensor);
                }
            });
            before = logits(model);
            FolderWriter.write(target, model, PARTS, DType.FLOAT32);
        }
        try (var model = EncoderFolder.open(target).sequenceClassifier(Loading.forUse(Device.CPU))) {
            assertThat(logits(model)).containsExactly(before, org.assertj.core.data.Offset.offset(1e-5));
        }
    }

    private static void fill(Tensor tensor) {
        try (var _ = Scope.open("test");
                var _ = dev.mokha.tensor.Gradients.off()) {
            tensor.copyInPlace(Tensors.full(0.3, DType.FLOAT32, Device.CPU, tensor.shape()));
        }
    }

    @Test
    void whatIsNoModelFolderIsNotOverwritten() throws IOException {
        Files.writeString(folder.resolve("diary.txt"), "dear diary");
        try (var model = new SequenceClassifier(BertConfig.tiny(20), LABELS, Params.fresh(1))) {
            assertThatThrownBy(() -> FolderWriter.write(folder, model, PARTS, DType.FLOAT32))
                    .hasMessageContaining("not a model folder");
        }
        assertThat(folder.resolve("diary.txt")).hasContent("dear diary");
    }
}
