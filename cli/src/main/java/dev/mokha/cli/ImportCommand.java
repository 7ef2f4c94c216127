package dev.mokha.cli;

import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.official.OfficialFolder;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mokha import`: an official TensorFlow BERT becomes a Hugging Face folder.
@Command(
        name = "import",
        description = {
            "Converts a BERT as google-research/bert publishes it into a Hugging Face folder.",
            "The folder has bert_config.json, vocab.txt and bert_model.ckpt.index with its data file. Its heads come along:"
                    + " those of pretraining, of run_classifier.py or of run_squad.py. hidden_act 'gelu' becomes"
                    + " 'gelu_new', the tanh that the official code computes."
        },
        footer = "  mokha import uncased_L-12_H-768_A-12 runs/bert-base")
final class ImportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "OFFICIAL", description = "Folder with bert_config.json and the checkpoint.")
    private Path official;

    @Parameters(paramLabel = "TARGET", description = "Where the Hugging Face folder goes; it must not exist.")
    private Path target;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (Files.exists(target)) {
            throw new IllegalArgumentException(target + " exists; choose another name");
        }
        OfficialFolder folder = OfficialFolder.open(official);
        try (var model = folder.model(Loading.forUse(Device.CPU))) {
            FolderWriter.write(target, model, folder.parts(), DType.FLOAT32);
            var out = spec.commandLine().getOut();
            out.printf(
                    "%s: %s, %,d parameters%n",
                    target, model.architecture(), model.params().count());
            out.flush();
        }
        return ExitCode.OK;
    }
}
