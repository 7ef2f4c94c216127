package dev.mokha.knowledge.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.store.StoredFigure;
import dev.mokha.knowledge.store.StoredFigure.Among;
import dev.mokha.knowledge.store.StoredFigure.Moment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FiguresTest {
    private static final double CLOSE = 1e-12;

    private final List<StoredFigure> all = new ArrayList<>(List.of(
            figure(0, 0, Moment.AFTER, Among.SNAPSHOT, 100, 0.5),
            figure(1, 1, Moment.BEFORE, Among.SNAPSHOT, 300, 0.1),
            figure(1, 0, Moment.AFTER, Among.SNAPSHOT, 100, 0.4),
            figure(1, 1, Moment.AFTER, Among.SNAPSHOT, 300, 0.6),
            figure(1, 1, Moment.AFTER, Among.NOW, 300, 0.9)));

    @Test
    void aMatrixIsReadInTwoDirections() {
        var figures = new Figures(all, Among.SNAPSHOT);
        assertThat(figures.learned()).containsExactly(0, 1);
        assertThat(figures.tests()).containsExactly(0, 1);
        assertThat(figures.on(1, 0, Moment.AFTER)).contains(all.get(2));
        assertThat(figures.on(0, 1, Moment.AFTER)).isEmpty();
        assertThat(figures.whole(1).orElseThrow()).isEqualTo((100 * 0.4 + 300 * 0.6) / 400, within(CLOSE));
        assertThat(figures.forwardTransfer().orElseThrow()).isEqualTo(0.1, within(CLOSE));
        assertThat(figures.backwardTransfer().orElseThrow()).isEqualTo(-0.1, within(CLOSE));
        assertThat(new Figures(List.of(), Among.NOW).backwardTransfer()).isEmpty();
    }

    @Test
    void figuresAmongDrawnEntitiesFillTheirRowAndAreNotComparedWithOthers() {
        all.add(figure(2, 1, Moment.AFTER, Among.POOL, 30, 0.8));
        all.add(figure(2, 2, Moment.AFTER, Among.POOL, 100, 0.2));
        var figures = new Figures(all, Among.SNAPSHOT);
        // of test 1 thirty ranks were asked, and it weighs as the three hundred that it has
        assertThat(figures.whole(2).orElseThrow()).isEqualTo((300 * 0.8 + 100 * 0.2) / 400, within(CLOSE));
        assertThat(figures.backwardTransfer()).isEmpty();
    }

    private static StoredFigure figure(int learned, int test, Moment moment, Among among, long count, double mrr) {
        return new StoredFigure(learned, test, moment, among, count, 50, 1, mrr, 0, 0, 0, 0);
    }
}
