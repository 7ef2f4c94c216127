package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImportCommandTest {
    private static final Path OFFICIAL = Run.ROOT.resolve("fixtures/encoders/bert-official");

    @TempDir
    private Path folder;

    @Test
    void anOfficialCheckpointBecomesAFolderThatOtherVerbsOpen() throws Exception {
        Path target = folder.resolve("bert");
        var run = Run.mokha("import", OFFICIAL, target);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("BertForPreTraining").contains("parameters");
        assertThat(Files.readString(target.resolve("config.json"))).contains("gelu_new");
        Path call = folder.resolve("call.json");
        Files.writeString(call, "{\"input_ids\": [2, 9, 4, 3]}");
        assertThat(Run.mokha("forward", target, "--input", call).out()).contains("seq_relationship_logits");

        var again = Run.mokha("import", OFFICIAL, target);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("exists; choose another name");
    }

    @Test
    void aFolderWithoutACheckpointIsNamed() {
        var run = Run.mokha("import", folder, folder.resolve("bert"));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("it has no bert_config.json");
        assertThat(folder.resolve("bert")).doesNotExist();
    }
}
