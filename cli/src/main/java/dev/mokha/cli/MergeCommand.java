package dev.mokha.cli;

import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.merge.MergeMethod;
import dev.mokha.language.merge.ModelMerge;
import dev.mokha.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mokha merge`: several trainings of one decoder, made into one.
@Command(
        name = "merge",
        description = {
            "Merges decoders of one shape and vocabulary into one, without training.",
            "linear is their weighted mean; slerp an arc between two; task-arithmetic and ties add what each learned to"
                    + " --base, ties only where they agree. The tokenizer and the chat template are the first one's."
        },
        footer = {
            "  mokha merge runs/a/model runs/b/model --weights 0.75,0.25 --out merged",
            "  mokha merge runs/a/model runs/b/model --method ties --base base --density 0.2 --out merged"
        })
final class MergeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", arity = "1..*", description = "The models' folders.")
    private List<Path> models;

    @Option(
            names = "--method",
            defaultValue = "linear",
            converter = Method.Converter.class,
            description = "linear, slerp, task-arithmetic or ties.")
    private Method method;

    @Option(
            names = "--weights",
            split = ",",
            paramLabel = "WEIGHT",
            description = "One for each model, such as 0.75,0.25; without, all the same.")
    private List<Double> weights = List.of();

    @Option(names = "--t", defaultValue = "0.5", description = "For slerp: 0 is the first model, 1 the second.")
    private double t;

    @Option(names = "--base", paramLabel = "FOLDER", description = "The model that all were trained from.")
    private @Nullable Path base;

    @Option(names = "--density", defaultValue = "0.2", description = "For ties: the share of changes that stay.")
    private double density;

    @Option(names = "--scale", defaultValue = "1", description = "What the learned changes are multiplied by.")
    private double scale;

    @Option(names = "--dtype", defaultValue = "FLOAT32", description = "The type of the weights that are written.")
    private DType dtype;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where the merged model goes.")
    private Path out;

    @Spec
    private CommandSpec spec;

    /// The methods as they are named.
    enum Method {
        LINEAR,
        SLERP,
        TASK_ARITHMETIC,
        TIES;

        static final class Converter implements ITypeConverter<Method> {
            @Override
            public Method convert(String text) {
                return Choice.of(Method.class, text);
            }
        }
    }

    @Override
    public Integer call() {
        MergeMethod chosen = chosen();
        if (chosen.needsBase() != (base != null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    base == null
                            ? "--method task-arithmetic and ties need --base, the model that all were trained from"
                            : "--base goes with --method task-arithmetic and ties");
        }
        List<ModelFolder> folders = models.stream().map(ModelFolder::open).toList();
        ModelMerge.merge(chosen, folders, base == null ? null : ModelFolder.open(base), out, dtype);
        RunFile.write(out, spec, Map.of("method", chosen));
        var print = spec.commandLine().getOut();
        print.println(out);
        print.flush();
        return ExitCode.OK;
    }

    private MergeMethod chosen() {
        try {
            MergeMethod chosen = switch (method) {
                case LINEAR -> new MergeMethod.Linear(weights);
                case SLERP -> new MergeMethod.Slerp(t);
                case TASK_ARITHMETIC -> new MergeMethod.TaskArithmetic(weights, scale);
                case TIES -> new MergeMethod.Ties(density, weights, scale);
            };
            chosen.requireModels(models.size());
            return chosen;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
