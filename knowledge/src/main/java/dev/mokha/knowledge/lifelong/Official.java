package dev.mokha.knowledge.lifelong;

import java.util.List;

/// The methods with the weights that their authors' programs give them on a data set: LKGE's for those
/// that [Cui et al. 2023](https://arxiv.org/abs/2211.15845) compares, otherwise their own.
public final class Official {
    private Official() {}

    /// {@return the names of methods}
    public static List<String> names() {
        return List.of(
                "snapshot",
                "retrain",
                "finetune",
                "mean",
                "lan",
                "pnn",
                "cwr",
                "si",
                "ewc",
                "emr",
                "gem",
                "lkge",
                "incde",
                "fastkge",
                "rehearsal");
    }

    /// {@return a method}
    ///
    /// @param name see [#names]
    /// @param set a data set of LKGE: `ENTITY`, `RELATION`, `FACT`, `HYBRID`; others have the weights of
    ///     `ENTITY`
    /// @throws IllegalArgumentException where there is no method of that name
    public static Method method(String name, String set) {
        return switch (name) {
            case "snapshot" -> new SnapshotOnly();
            case "retrain" -> new Retrain();
            case "finetune" -> new FineTune();
            case "pnn" -> new Pnn();
            case "cwr" -> new Cwr();
            case "si" -> new Si(set.equals("RELATION") ? 1 : 0.01, 0.1);
            case "ewc" -> new Ewc(set.equals("FACT") || set.equals("HYBRID") ? 0.01 : 0.1);
            case "emr" -> new Emr(5000);
            case "gem" -> new Gem(5000, 0.5);
            case "fastkge" -> FastKge.official();
            case "incde" -> IncDe.official();
            case "lkge" -> Lkge.official(set);
            case "mean" -> new Mean();
            case "lan" -> new Lan();
            case "rehearsal" -> Rehearsal.best();
            default ->
                throw new IllegalArgumentException(
                        "there is no method '" + name + "'; there are " + String.join(", ", names()));
        };
    }
}
