package dev.mokha.cli;

import dev.mokha.language.align.Kto;
import dev.mokha.language.align.PreferenceLoss;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// What alignment makes small, and the constants of it.
final class LossOptions {
    @Option(
            names = "--loss",
            defaultValue = "dpo",
            converter = Name.Converter.class,
            description = "dpo, dpo-per-token, ipo, hinge, simpo, orpo or kto; simpo and orpo need no reference.")
    private Name name;

    @Option(names = "--beta", description = "How far the model may move: 0.1; for simpo 2; orpo's lambda, 0.1.")
    private @Nullable Double beta;

    @Option(names = "--gamma", defaultValue = "0.5", description = "The margin that simpo aims at.")
    private double gamma;

    @Option(names = "--smoothing", defaultValue = "0", description = "For dpo: the share of labels that may be wrong.")
    private double smoothing;

    @Option(names = "--desirable-weight", defaultValue = "1", description = "For kto: what a good answer counts.")
    private double desirableWeight;

    @Option(names = "--undesirable-weight", defaultValue = "1", description = "For kto: what a bad answer counts.")
    private double undesirableWeight;

    /// The losses as they are named.
    enum Name {
        DPO,
        DPO_PER_TOKEN,
        IPO,
        HINGE,
        SIMPO,
        ORPO,
        KTO;

        static final class Converter implements ITypeConverter<Name> {
            @Override
            public Name convert(String text) {
                return Choice.of(Name.class, text);
            }
        }
    }

    /// A loss over pairs, or over answers that were rated one by one.
    sealed interface Chosen {
        record Pairs(PreferenceLoss loss) implements Chosen {}

        record Rated(Kto loss) implements Chosen {}
    }

    Chosen chosen(CommandSpec verb) {
        requireFor("--smoothing", smoothing != 0, Set.of(Name.DPO, Name.DPO_PER_TOKEN), verb);
        requireFor("--desirable-weight", desirableWeight != 1, Set.of(Name.KTO), verb);
        requireFor("--undesirable-weight", undesirableWeight != 1, Set.of(Name.KTO), verb);
        double strength = beta != null ? beta : name == Name.SIMPO ? 2 : 0.1;
        return switch (name) {
            case DPO -> new Chosen.Pairs(new PreferenceLoss.Dpo(strength, smoothing, false));
            case DPO_PER_TOKEN -> new Chosen.Pairs(new PreferenceLoss.Dpo(strength, smoothing, true));
            case IPO -> new Chosen.Pairs(new PreferenceLoss.Ipo(strength));
            case HINGE -> new Chosen.Pairs(new PreferenceLoss.Hinge(strength));
            case SIMPO -> new Chosen.Pairs(new PreferenceLoss.SimPo(strength, gamma));
            case ORPO -> new Chosen.Pairs(new PreferenceLoss.Orpo(strength));
            case KTO -> new Chosen.Rated(new Kto(strength, desirableWeight, undesirableWeight));
        };
    }

    private void requireFor(String option, boolean given, Set<Name> losses, CommandSpec verb) {
        if (given && !losses.contains(name)) {
            throw new ParameterException(
                    verb.commandLine(),
                    option + " goes with --loss "
                            + String.join(
                                    " or ",
                                    losses.stream().map(Choice::name).sorted().toList()));
        }
    }
}
