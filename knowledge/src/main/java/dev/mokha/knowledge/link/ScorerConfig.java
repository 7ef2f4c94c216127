package dev.mokha.knowledge.link;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.mokha.nn.Init;
import dev.mokha.nn.Params;

/// Which scorer, and how wide: what a model's `config.json` says.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "scorer")
@JsonSubTypes({
    @JsonSubTypes.Type(value = TransE.Config.class, name = "TransE"),
    @JsonSubTypes.Type(value = DistMult.Config.class, name = "DistMult"),
    @JsonSubTypes.Type(value = ComplEx.Config.class, name = "ComplEx"),
    @JsonSubTypes.Type(value = RotatE.Config.class, name = "RotatE"),
    @JsonSubTypes.Type(value = TuckER.Config.class, name = "TuckER")
})
public sealed interface ScorerConfig
        permits TransE.Config, DistMult.Config, ComplEx.Config, RotatE.Config, TuckER.Config {
    /// {@return how many numbers an entity has}
    int entityWidth();

    /// {@return how many numbers a relation has}
    int relationWidth();

    /// {@return how entities begin in a table of so many}
    Init entityInit(int entities);

    /// {@return how relations begin in a table of so many}
    Init relationInit(int relations);

    /// {@return the scorer, with whatever parameters it has beside the tables}
    Scorer scorer(Params params);

    /// {@return the scorer's name}
    String name();

    /// Throws unless a size is at least 1.
    static void requirePositive(String what, int size) {
        if (size < 1) {
            throw new IllegalArgumentException(what + " must be at least 1, was " + size);
        }
    }
}
