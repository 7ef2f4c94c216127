package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PretrainEncoderCommandTest {
    @TempDir
    private Path folder;

    private Path text;
    private Path tokenizer;

    @BeforeEach
    void text() throws IOException {
        text = folder.resolve("text.txt");
        Files.writeString(text, "The cat sat on the mat. A bird sang. It sang all day.\n\n".repeat(24));
        tokenizer = folder.resolve("tokenizer");
        assertThat(Run.mokha(
                                "tokenizer",
                                "train",
                                "--kind",
                                "wordpiece",
                                "--vocab-size",
                                "60",
                                "--data",
                                text,
                                "--out",
                                tokenizer)
                        .code())
                .isZero();
    }

    private Run pretrain(Object... more) {
        List<Object> command = new ArrayList<>(List.of(
                "pretrain-encoder", "--data", text, "--steps", "6", "--phases", "16x4:0.5,32x2:0.5", "--lr", "1e-3"));
        command.addAll(Arrays.asList(more));
        return Run.mokha(command.toArray());
    }

    @Test
    void aFreshEncoderIsTrainedAndItsFolderIsTrainedOn() {
        Path out = folder.resolve("run");
        var run =
                pretrain("--shape", "1x64", "--tokenizer", tokenizer, "--held-out", text, "--no-dropout", "--out", out);
        assertThat(run.err()).contains("pretraining: step 6/6", "mlm_perplexity", "nsp_accuracy");
        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo(out.resolve("model") + System.lineSeparator());
        assertThat(out.resolve("model/config.json"))
                .content()
                .contains("BertForPreTraining")
                .contains("\"hidden_dropout_prob\" : 0.1");

        assertThat(out.resolve("report.html")).content().contains("mlm_perplexity", "<svg");

        var further =
                pretrain("--base", out.resolve("model"), "--objective", "masked", "--out", folder.resolve("more"));
        assertThat(further.code()).as(further.err()).isZero();
        assertThat(folder.resolve("more/model/config.json")).content().contains("BertForMaskedLM");
    }

    @Test
    void thePresetFillsInWhatIsNotGiven() throws IOException {
        Path out = folder.resolve("crammed");
        var run = Run.mokha(
                "pretrain-encoder",
                "--preset",
                "cramming",
                "--shape",
                "modernbert:2x64",
                "--tokenizer",
                tokenizer,
                "--data",
                text,
                "--steps",
                "4",
                "--batch",
                "4",
                "--lr",
                "2e-3",
                "--out",
                out);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(out.resolve("model/config.json"))
                .content()
                .contains("ModernBertForMaskedLM", "\"global_attn_every_n_layers\" : 1");
        assertThat(out.resolve("run.json"))
                .content()
                .contains("128x1:0.25,128x2:0.25,128x4:0.5", "\"--masked-rate\" : \"0.25\"")
                .contains("\"--lr\" : \"0.002\"", "\"clip\" : \"0.5\"", "\"--preset\" : \"cramming\"")
                .contains("warmup=2");
        var batch = pretrain("--shape", "1x64", "--tokenizer", tokenizer, "--batch", "4", "--out", out);
        assertThat(batch.err()).contains("--batch goes with --preset");
    }

    @Test
    void aDiscriminatorIsTrainedWithItsGenerator() {
        Path out = folder.resolve("replaced");
        var run = pretrain(
                "--shape",
                "3x64",
                "--tokenizer",
                tokenizer,
                "--objective",
                "replaced",
                "--held-out",
                text,
                "--out",
                out);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("replaced_accuracy", "generator_loss");
        assertThat(out.resolve("model/config.json"))
                .content()
                .contains("ElectraForPreTraining")
                .contains("\"num_hidden_layers\" : 3");
        assertThat(out.resolve("generator/config.json"))
                .content()
                .contains("ElectraForMaskedLM")
                .contains("\"num_hidden_layers\" : 1");
        var base = pretrain("--base", out.resolve("model"), "--objective", "replaced", "--out", out.resolve("b"));
        assertThat(base.code()).isEqualTo(2);
        assertThat(base.err()).contains("trains a fresh model: give --shape and --tokenizer");
    }

    @Test
    void whatIsWrongIsNamed() {
        Path out = folder.resolve("wrong");
        assertThat(pretrain("--out", out).err()).contains("give --base, or for a fresh model both --shape");
        assertThat(pretrain("--out", out).code()).isEqualTo(2);
        var shape = pretrain("--shape", "big", "--tokenizer", tokenizer, "--out", out);
        assertThat(shape.err()).contains("--shape is 'big'", "4x256");
        assertThat(shape.code()).isEqualTo(2);
        var phases =
                Run.mokha("pretrain-encoder", "--data", text, "--steps", "2", "--phases", "16x4:0.5", "--out", out);
        assertThat(phases.err()).contains("sum to 0.5, not to 1");
        assertThat(phases.code()).isEqualTo(2);
        var kind = pretrain("--shape", "1x64", "--tokenizer", tokenizer, "--masked-kind", "letters", "--out", out);
        assertThat(kind.err()).contains("'letters'; one of tokens, words, spans");
        assertThat(kind.code()).isEqualTo(2);
        assertThat(out).doesNotExist();
    }
}
