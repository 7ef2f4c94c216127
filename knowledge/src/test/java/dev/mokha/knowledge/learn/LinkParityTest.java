package dev.mokha.knowledge.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.link.ComplEx;
import dev.mokha.knowledge.link.DistMult;
import dev.mokha.knowledge.link.LinkModel;
import dev.mokha.knowledge.link.LinkRecipe;
import dev.mokha.knowledge.link.RotatE;
import dev.mokha.knowledge.link.ScorerConfig;
import dev.mokha.knowledge.link.TransE;
import dev.mokha.knowledge.link.TuckER;
import dev.mokha.knowledge.query.StoredVectors;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.StoredModel;
import dev.mokha.nn.Mode;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a store keeps of a model that was trained with tensors scores facts as the tensors do.
final class LinkParityTest {
    private static final int ENTITIES = 7;
    private static final int RELATIONS = 4;
    private static final double CLOSE = 1e-4; // float32 there, with sums of some dozen numbers

    @TempDir
    private Path folder;

    static List<ScorerConfig> scorers() {
        return List.of(
                new TransE.Config(6, 1),
                new TransE.Config(6, 2),
                new DistMult.Config(6, 1),
                new ComplEx.Config(3, 1),
                new RotatE.Config(3, 9),
                TuckER.Config.of(6, 4));
    }

    @ParameterizedTest
    @MethodSource("scorers")
    void storedVectorsScoreAsTensorsDo(ScorerConfig config) {
        try (var graph = GraphStore.create(folder.resolve("graph.db"));
                var crew = new Crew(1);
                var model = LinkModel.fresh(new LinkModel.Config(config, ENTITIES, RELATIONS), 5)) {
            var learning = new LinkLearning(graph, LinkRecipe.fb15k237(), crew);
            StoredModel stored = learning.write("m", model);
            var vectors = new StoredVectors(graph.models(), stored);
            model.params().mode(Mode.EVAL);
            try (var _ = Scope.open("parity");
                    var _ = Gradients.off()) {
                for (int s = 0; s < ENTITIES; s++) {
                    for (int r = 0; r < RELATIONS; r++) {
                        Tensor asked = model.ask(Tensors.of(new int[] {s}, 1), Tensors.of(new int[] {r}, 1));
                        float[] right =
                                model.scorer().fitAll(asked, model.entities()).toFloats();
                        for (int o = 0; o < ENTITIES; o++) {
                            double plain = vectors.plainScorer()
                                    .score(
                                            vectors.entity(s).orElseThrow(),
                                            vectors.relation(r).orElseThrow(),
                                            vectors.entity(o).orElseThrow());
                            assertThat(plain).isEqualTo(right[o], within(CLOSE * (1 + Math.abs(right[o]))));
                        }
                    }
                }
            }
        }
    }
}
