package dev.mokha.knowledge.triples;

import java.util.List;

/// What a line of a file says, by names: `head` stands in `relation` to `tail`.
///
/// Names are any text of one line or more, in any script, taken as they are: no spelling is folded into
/// another.
public record Fact(String head, String relation, String tail) {

    public Fact {
        for (String name : List.of(head, relation, tail)) {
            if (name.isEmpty()) {
                throw new IllegalArgumentException(
                        "a fact needs three names and one of \"%s\", \"%s\", \"%s\" is empty; give it a name"
                                .formatted(head, relation, tail));
            }
        }
    }
}
