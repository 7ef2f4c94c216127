package dev.mokha.cli;

import dev.mokha.nn.LoRA;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// The options of low-rank adapters, for every verb that trains a model.
final class LoraOptions {
    @Option(
            names = "--lora-rank",
            defaultValue = "0",
            description = "Trains adapters of this rank in place of the weights; 0 trains the weights.")
    private int rank;

    @Option(names = "--lora-alpha", defaultValue = "16", description = "Scale of the adapters, divided by the rank.")
    private double alpha;

    @Option(
            names = "--lora-dropout",
            defaultValue = "0",
            description = "Share of an adapter's input dropped in training.")
    private double dropout;

    @Option(
            names = "--lora-targets",
            paramLabel = "NAMES",
            description =
                    "Which projections: the ends of their names with commas between, or a pattern. Without it, all of"
                            + " a decoder's layers, the queries and values of an encoder's.")
    private @Nullable String targets;

    @Option(names = "--dora", description = "Adapters with a trained magnitude: DoRA.")
    private boolean dora;

    @Option(names = "--rslora", description = "Alpha is divided by the rank's square root: rsLoRA.")
    private boolean rankStabilized;

    /// {@return the policy that the options describe; null when all weights are trained}
    ///
    /// @param usual the targets where none are named
    @Nullable
    LoRA policy(CommandSpec verb, String usual) {
        if (rank == 0 && (dora || rankStabilized || targets != null || dropout > 0)) {
            throw new ParameterException(
                    verb.commandLine(),
                    "--dora, --rslora, --lora-targets and --lora-dropout need adapters: give --lora-rank, such as 8");
        }
        if (rank == 0) {
            return null;
        }
        return new LoRA(
                targets == null ? usual : targets.replace(',', '|'),
                rank,
                alpha,
                dropout,
                dora ? LoRA.Form.DORA : LoRA.Form.LORA,
                rankStabilized ? LoRA.Scale.ROOT_OF_RANK : LoRA.Scale.RANK);
    }
}
