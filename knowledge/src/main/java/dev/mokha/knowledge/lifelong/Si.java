package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Facts;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Synaptic intelligence: `L = L_new + c Σ Ω (x − x_old)²` over known rows, where `Ω` is what each number's
/// path did for the loss, `Ω += Σ_t −g_t Δx_t / ((x_end − x_begin)² + ξ)` with each snapshot ([Zenke et al.
/// 2017](https://arxiv.org/abs/1703.04200)). Ours: a snapshot takes nothing from a number's worth.
///
/// [Mode#PAPER]: `g` is the gradient of the facts' loss, and a path ends with the epoch that is kept.
///
/// [Mode#CODE], as LKGE's program: `g` is that of the whole loss, and all epochs count; new rows are taken
/// to begin at 0; worths may fall, below 0 too; and in place of the relations' `Ω` stand their vectors, the
/// tensor that was concatenated by mistake.
///
/// @param weight c
/// @param damping ξ
public record Si(double weight, double damping) implements Method {
    static final String WORTH = "worth";

    public Si {
        if (!(weight >= 0) || !(damping > 0)) {
            throw new IllegalArgumentException(
                    "weight is not below 0 and damping above it, not %s and %s".formatted(weight, damping));
        }
    }

    @Override
    public String name() {
        return "si";
    }

    @Override
    public Lesson begin(Assignment assignment) {
        return new Learning(this, assignment);
    }

    private static final class Learning implements Lesson {
        private final Si method;
        private final Assignment assignment;
        private final State state;
        private final boolean code;
        private final Vectors worth; // Ω of the rows that were known
        private final Trail ofEntities;
        private final Trail ofRelations;

        Learning(Si method, Assignment assignment) {
            this.method = method;
            this.assignment = assignment;
            this.state = assignment.state();
            this.code = assignment.training().mode() == Mode.CODE;
            this.worth = state.tables(WORTH);
            Vectors begin = assignment.opened();
            if (code && state.snapshots() > 0) {
                begin = state.vectors()
                        .grown(begin.entities().rows(), begin.relations().rows());
            }
            this.ofEntities = new Trail(begin.entities());
            this.ofRelations = new Trail(begin.relations());
        }

        @Override
        public Vectors start() {
            return assignment.opened();
        }

        @Override
        public Facts train() {
            return assignment.snapshot().train().withInverses();
        }

        @Override
        public Facts valid() {
            return assignment.snapshot().valid();
        }

        @Override
        public List<Penalty.Weighted> penalties() {
            return state.snapshots() == 0
                    ? List.of()
                    : List.of(new Penalty.Weighted(method.weight, new Pull(worth, state.vectors())));
        }

        @Override
        public void stepped(Step step) {
            Vectors old = state.vectors();
            double weight = code ? 0 : method.weight;
            Vectors at = step.at();
            Vectors gradient = step.gradient();
            ofEntities.follow(
                    new Trail.Step(at.entities(), gradient.entities(), worth.entities(), old.entities(), weight),
                    assignment.crew());
            ofRelations.follow(
                    new Trail.Step(at.relations(), gradient.relations(), worth.relations(), old.relations(), weight),
                    assignment.crew());
        }

        @Override
        public void best() {
            ofEntities.keep();
            ofRelations.keep();
        }

        @Override
        public Map<String, double[]> parts() {
            var parts = new TreeMap<String, double[]>();
            ofEntities.parts().forEach((name, array) -> parts.put("entities." + name, array));
            ofRelations.parts().forEach((name, array) -> parts.put("relations." + name, array));
            return parts;
        }

        @Override
        public State end(Vectors best) {
            Table entities = ofEntities.worth(best.entities(), worth.entities(), method.damping, code);
            Table relations = code
                    ? best.relations().copy()
                    : ofRelations.worth(best.relations(), worth.relations(), method.damping, false);
            return state.next(best).with(WORTH, new Vectors(entities, relations));
        }
    }
}
