package dev.mokha.language.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.task.Glue.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GlueTest {
    @TempDir
    Path root;

    private void write(String task, String file, String text) throws IOException {
        Files.createDirectories(root.resolve(task));
        Files.writeString(root.resolve(task).resolve(file), text);
    }

    private TextExample only(Glue task, Split split) {
        List<TextExample> examples = task.read(root, split);
        assertThat(examples).hasSize(1);
        return examples.getFirst();
    }

    @Test
    void namesAreTakenAsPeopleWriteThem() {
        for (String name : List.of("SST-2", "sst-2", "sst2", "SST_2")) {
            assertThat(Glue.of(name)).isEqualTo(Glue.SST2);
        }
        assertThat(Glue.of("STS-B")).isEqualTo(Glue.STSB);
        assertThat(Glue.COLA.title()).isEqualTo("CoLA");
        assertThatThrownBy(() -> Glue.of("mrcp"))
                .hasMessageContaining("cola, sst2, mrpc, stsb, qqp, mnli, qnli, rte, wnli")
                .hasMessageContaining("did you mean 'mrpc'?");
    }

    @Test
    void colaHasNoHeaderSaveInItsTest() throws IOException {
        write("CoLA", "train.tsv", "gj04\t0\t*\tThey drank the pub.\n");
        write("CoLA", "test.tsv", "index\tsentence\n0\tBill whistled.\n");
        TextExample train = only(Glue.COLA, Split.TRAIN);
        assertThat(train.text()).isEqualTo("They drank the pub.");
        assertThat(train.label()).isEqualTo(new Label.Category(0));
        assertThat(only(Glue.COLA, Split.TEST).label()).isEqualTo(new Label.Unknown());
    }

    @Test
    void mrpcHasQuotesThatQuoteNothingAndAByteOrderMark() throws IOException {
        write(
                "MRPC",
                "dev.tsv",
                "\uFEFFQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t5\t6\t\" The pie .\tHe said , \" no .\n");
        TextExample dev = only(Glue.MRPC, Split.DEV);
        assertThat(dev.text()).isEqualTo("\" The pie .");
        assertThat(dev.pair()).isEqualTo("He said , \" no .");
        assertThat(dev.label()).isEqualTo(new Label.Category(1));
    }

    @Test
    void similarityIsANumber() throws IOException {
        write("STS-B", "dev.tsv", "index\tsentence1\tsentence2\tscore\n0\ta\tb\t4.750\n");
        assertThat(only(Glue.STSB, Split.DEV).label()).isEqualTo(new Label.Amount(4.75));
        assertThat(Glue.STSB.isRegression()).isTrue();
        assertThatThrownBy(Glue.STSB::labels).hasMessageContaining("asks for a number");
    }

    @Test
    void classesAreInTheOrderOfTheHuggingFaceDataSet() throws IOException {
        write("MNLI", "dev_matched.tsv", "index\tsentence1\tsentence2\tgold_label\n0\ta\tb\tcontradiction\n");
        write("MNLI", "dev_mismatched.tsv", "index\tsentence1\tsentence2\tgold_label\n0\ta\tb\tneutral\n");
        write("RTE", "train.tsv", "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tnot_entailment\n");
        write("QNLI", "dev.tsv", "index\tquestion\tsentence\tlabel\n0\ta\tb\tentailment\n");
        write("WNLI", "dev.tsv", "index\tsentence1\tsentence2\tlabel\n0\ta\tb\t1\n");
        assertThat(only(Glue.MNLI, Split.DEV).label()).isEqualTo(new Label.Category(2));
        assertThat(only(Glue.MNLI, Split.DEV_MISMATCHED).label()).isEqualTo(new Label.Category(1));
        assertThat(only(Glue.RTE, Split.TRAIN).label()).isEqualTo(new Label.Category(1));
        assertThat(only(Glue.QNLI, Split.DEV).label()).isEqualTo(new Label.Category(0));
        assertThat(only(Glue.WNLI, Split.DEV).label()).isEqualTo(new Label.Category(1));
        assertThat(Glue.WNLI.labels().names()).containsExactly("not_entailment", "entailment");
    }

    @Test
    void qqpsBrokenRowsAreLeftOutAsEverywhere() throws IOException {
        write(
                "QQP",
                "train.tsv",
                "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n1\t2\t3\twho?\twhom?\t1\n4\t5\t6\tcut\n");
        assertThat(only(Glue.QQP, Split.TRAIN).label()).isEqualTo(new Label.Category(1));
    }

    @Test
    void theTasksOwnFolderMayBeGiven() throws IOException {
        write("SST-2", "dev.tsv", "sentence\tlabel\ngood \t1\n");
        assertThat(Glue.SST2.read(root.resolve("SST-2"), Split.DEV)).hasSize(1);
        assertThat(Glue.SST2.has(root, Split.DEV)).isTrue();
        assertThat(Glue.SST2.has(root, Split.TRAIN)).isFalse();
        assertThatThrownBy(() -> Glue.SST2.read(root, Split.TRAIN))
                .hasMessageContaining("train.tsv")
                .hasMessageContaining("--glue-folder");
    }

    @Test
    void theMetricThatDecidesComesFirst() {
        assertThat(Glue.COLA.metrics()).containsExactly("matthews_correlation");
        assertThat(Glue.MRPC.metrics()).containsExactly("accuracy", "f1");
        assertThat(Glue.STSB.metrics()).containsExactly("pearson", "spearmanr");
    }
}
